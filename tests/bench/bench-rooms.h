/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Two processes, each in a network namespace of its own, with a virtual cable between them and memory that they share. All of it
 * goes when the processes end. */

#define BENCH_HERE "10.99.0.1"
#define BENCH_THERE "10.99.0.2"
#define BENCH_TIMES_MAX 4096

typedef struct
{
  atomic_uint  n_ready;                   /* parts of the other process that are up */
  atomic_ullong n_before;                 /* messages of the stream before the last reset */
  atomic_ullong n_received;               /* messages since the last reset */
  atomic_uint  n_wrong;                   /* others than the expected ones */
  guint64      received_ns[BENCH_TIMES_MAX]; /* when message number i arrived (with several receivers: at the last of them) */
  atomic_ullong n_bulk;                   /* octets beside them, in System Exclusive or of another program */
  atomic_uint  n_receivers;               /* fan-out: how many must have got a message */
  atomic_uint  n_connected;               /* fan-out: how many are connected */
  atomic_ullong processor_us;             /* used by the other process, kept up to date by it */
  atomic_ullong resident_kb;
} BenchShared;

/* Splits the process. @there runs in the other one, which ends when this one does. Returns NULL when that is not allowed here. */
BenchShared *bench_rooms_open  (void (*there) (BenchShared *shared));
void         bench_rooms_close (void);

guint64      bench_now_ns        (void);
guint64      bench_processor_us  (int who);
guint64      bench_resident_kb   (void);

G_END_DECLS
