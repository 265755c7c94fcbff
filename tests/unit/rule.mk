# unit tests of src/rule
