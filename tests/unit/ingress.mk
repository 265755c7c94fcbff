# unit tests of src/ingress
