typedef int placeholder_ingress;
