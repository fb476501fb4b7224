/*
 * faulty_vfs.h - SQLite's file system with a meter and with faults: how often it was synced, a disk
 * that refuses, and a power cut that takes whatever was not synced.
 */
#ifndef CONTRACT_FAULTY_VFS_H
#define CONTRACT_FAULTY_VFS_H

#include <stdatomic.h>
#include <stdbool.h>

/* What is behind a file's name when everything that was not synced is lost. */
#define FAULTY_KEPT ".kept"

extern atomic_int faulty_syncs;
extern atomic_bool faulty_refuse_sync;
extern atomic_bool faulty_refuse_write;
/* After every sync the file as it is then is kept beside it, in one step. Slow. */
extern atomic_bool faulty_keep;

/* Every store that is opened from now on is on it. */
void faulty_vfs_install(void);

#endif
