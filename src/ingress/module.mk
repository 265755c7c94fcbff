ingress_sources = src/ingress/placeholder.c
