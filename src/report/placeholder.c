typedef int placeholder_report;
