fuzz_targets += fuzz/fuzz_store_backup fuzz/fuzz_store_change
fuzz_fuzz_store_backup_SOURCES = fuzz/fuzz_store_backup.c $(fuzz_main)
fuzz_fuzz_store_backup_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_store_change_SOURCES = fuzz/fuzz_store_change.c $(fuzz_main)
fuzz_fuzz_store_change_LDFLAGS = $(fuzz_ldflags)
