# unit tests of src/tamis
