# unit tests of src/feedd
