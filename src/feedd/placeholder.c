typedef int placeholder_feedd;
