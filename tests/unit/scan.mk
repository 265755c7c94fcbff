# unit tests of src/scan
