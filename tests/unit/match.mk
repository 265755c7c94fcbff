# unit tests of src/match
