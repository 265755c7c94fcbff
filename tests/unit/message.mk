# unit tests of src/message
