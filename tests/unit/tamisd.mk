# unit tests of src/tamisd
