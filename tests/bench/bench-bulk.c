/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bench-sender.h"

#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* Figure 14: notes while something big goes the same way, against the same notes with nothing beside them. System Exclusive of
 * another device, one after the other as fast as the room there takes them, shares the link. What another program sends shares
 * the cable only: as it would on a network of 100 Mbit/s, it waits there, and notes are to overtake it. Bare TCP, which asks the
 * kernel for no priority, shows what that is worth. */

#define ROUNDS 4
#define ROUND_MESSAGES 200
#define NOTES_PER_SECOND 200
#define DUMP 65536      /* octets */
#define DUMPS_AHEAD 2
#define AHEAD_RING (1 << 19)
#define CABLE "tbf rate 100mbit burst 16kb limit 1mb"
#define LOST_US (10 * G_USEC_PER_SEC)
#define PAUSE_US 500

typedef void (*BulkFunc) (BenchSender *bench);

static ThruRing *dump_ring;
static int dump_fd;
static gboolean done; /* atomic */

static gboolean
is_over (void)
{
  return g_atomic_int_get (&done);
}

/* A device that sends dumps. */
static void
send_dumps (BenchSender *bench)
{
  static guint8 dump[DUMP];
  guint64 one = 1;
  guint64 n_sent = 0;
  guint64 before = atomic_load (&bench->shared->n_bulk);
  guint waits = 0;

  memset (dump, 0x55, sizeof dump);
  dump[0] = 0xF0;
  dump[DUMP - 1] = 0xF7;
  while (!is_over () || atomic_load (&bench->shared->n_bulk) - before < n_sent)
    {
      if (is_over () || n_sent - (atomic_load (&bench->shared->n_bulk) - before) > DUMPS_AHEAD * DUMP)
        {
          if (++waits > LOST_US / PAUSE_US)
            bench_fail ("System Exclusive was lost");
          g_usleep (PAUSE_US);
          continue;
        }
      waits = 0;
      n_sent += DUMP;
      if (!thru_ring_write (dump_ring, bench_now_ns () / 1000, dump, DUMP) || write (dump_fd, &one, sizeof one) < 0)
        bench_fail ("the ring is full");
    }
}

/* Another program. */
static void
send_octets (BenchSender *bench)
{
  static const guint8 octets[DUMP];
  int fd = bench_connect_to (BENCH_BULK_PORT);

  while (!is_over ())
    {
      if (send (fd, octets, sizeof octets, MSG_NOSIGNAL) < 0)
        bench_fail ("the other program's connection is broken");
    }
  close (fd);
}

typedef struct
{
  BenchSender *bench;
  BulkFunc     func;
} Bulk;

static gpointer
run_bulk (gpointer data)
{
  Bulk *bulk = data;

  bulk->func (bulk->bench);
  return NULL;
}

/* Returns how much came through, octets a second. */
static double
play_beside (BenchSender  *bench,
             BulkFunc      func,
             BenchSendFunc send_note,
             GArray       *latencies_us)
{
  Bulk bulk = { bench, func };
  guint64 before = atomic_load (&bench->shared->n_bulk);
  guint64 began_ns = bench_now_ns ();
  GThread *thread;
  double rate;

  g_atomic_int_set (&done, FALSE);
  thread = g_thread_new ("bulk", run_bulk, &bulk);
  bench_measure_latency (bench, send_note, ROUND_MESSAGES, NOTES_PER_SECOND, latencies_us);
  rate = (double)(atomic_load (&bench->shared->n_bulk) - before) * 1e9 / (double)(bench_now_ns () - began_ns);
  g_atomic_int_set (&done, TRUE);
  g_thread_join (thread);
  return rate;
}

static void
measure (BenchSender  *bench,
         const char   *name,
         const char   *key,
         BulkFunc      func,
         BenchSendFunc send_note,
         GString      *json)
{
  g_autoptr(GArray) quiet_us = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr(GArray) busy_us = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *quiet_key = g_strdup_printf ("%s_quiet", key);
  g_autofree char *busy_key = g_strdup_printf ("%s_busy", key);
  g_autofree char *busy_name = NULL;
  gboolean is_floor = send_note == bench_send_to_floor;
  double rate = 0;
  BenchSummary quiet;
  BenchSummary busy;

  for (guint i = 0; i < ROUNDS; i++)
    {
      bench_measure_latency (bench, send_note, ROUND_MESSAGES, NOTES_PER_SECOND, quiet_us);
      rate += play_beside (bench, func, send_note, busy_us) / ROUNDS;
    }

  quiet = bench_summarize (quiet_us);
  busy = bench_summarize (busy_us);
  busy_name = g_strdup_printf ("beside %s, %.1f MB/s", name, rate / 1e6);
  bench_show_latency (json, is_floor ? "bare TCP, nothing beside" : "engine, nothing beside", quiet_key, quiet);
  bench_show_latency (json, busy_name, busy_key, busy);
  if (!is_floor)
    bench_show_ratio (json, "14 beside it, over nothing beside, median", key, busy.median / quiet.median, 3);
}

static void
open_dumps (BenchSender *bench)
{
  dump_ring = thru_ring_new (AHEAD_RING);
  dump_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  thru_engine_add_input (bench->engine, 2, dump_ring, dump_fd, NULL, NULL, NULL);
  thru_engine_add_remote_output (bench->engine, 2, bench->last_link, BENCH_BULK_ADDRESS, NULL);
  thru_engine_connect (bench->engine, 2, 2, NULL);
}

static void
close_dumps (BenchSender *bench)
{
  thru_engine_remove_source (bench->engine, 2);
}

static void
shape_cable (void)
{
  g_autoptr(GError) error = NULL;
  int status = 0;

  if (!g_spawn_command_line_sync ("/sbin/tc qdisc add dev bench0 root handle 1: " CABLE, NULL, NULL, &status, &error) ||
      !g_spawn_check_wait_status (status, &error) ||
      !g_spawn_command_line_sync ("/sbin/tc qdisc add dev bench0 parent 1:1 pfifo_fast", NULL, NULL, &status, &error) ||
      !g_spawn_check_wait_status (status, &error))
    bench_fail (error->message);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GString) json = g_string_new ("{");
  BenchSender bench = { 0 };

  bench_as_json = argc > 1 && g_str_equal (argv[1], "--json");
  bench_sender_open (&bench);

  bench_say ("Notes, %d a second, one way                median      p95      p99\n", NOTES_PER_SECOND);
  open_dumps (&bench);
  measure (&bench, "System Exclusive", "beside_sysex", send_dumps, bench_send_to_ring, json);
  close_dumps (&bench);
  shape_cable ();
  measure (&bench, "a program", "beside_program", send_octets, bench_send_to_ring, json);
  measure (&bench, "a program", "floor_beside_program", send_octets, bench_send_to_floor, json);
  if (atomic_load (&bench.shared->n_wrong) != 0)
    bench_fail ("octets changed on the way");

  bench_end_object (json);
  bench_sender_close (&bench);
  return 0;
}
