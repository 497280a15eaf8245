/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bench-sender.h"

#include "thru-dmidi-frame.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* The engine's path: a simulated device here, through engine, TCP over a virtual cable and engine, to a simulated device there,
 * beside what bare TCP costs over the same cable in the same run. Short rounds of both alternate, so that the machine's mood
 * hits both. */

#define ROUNDS 24
#define ROUND_MESSAGES 50
#define NOTES_PER_SECOND 200
#define FAN_OUT_MESSAGES 60
#define FAN_OUT_PER_SECOND 50
#define THROUGHPUT_MESSAGES 1000000
#define IN_FLIGHT_MAX 4096
#define SETTLE_US 300000

static int only_figure;

static gboolean
is_wanted (int figure)
{
  return only_figure == 0 || only_figure == figure;
}

/* Figure 1. */
static void
bench_latency (BenchSender *bench,
               GString     *json)
{
  g_autoptr(GArray) floor_us = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr(GArray) path_us = g_array_new (FALSE, FALSE, sizeof (double));
  BenchSummary bare;
  BenchSummary path;

  for (guint i = 0; i < ROUNDS; i++)
    {
      bench_measure_latency (bench, bench_send_to_floor, ROUND_MESSAGES, NOTES_PER_SECOND, floor_us);
      bench_measure_latency (bench, bench_send_to_ring, ROUND_MESSAGES, NOTES_PER_SECOND, path_us);
    }

  bare = bench_summarize (floor_us);
  path = bench_summarize (path_us);
  bench_say ("Notes, %d a second, one way                median      p95      p99\n", NOTES_PER_SECOND);
  bench_show_latency (json, "bare TCP", "floor", bare);
  bench_show_latency (json, "device → engine → engine → device", "path", path);
  bench_show_ratio (json, "1  path over bare TCP, median", "path_over_floor_median", path.median / bare.median, 1.6);
  bench_show_ratio (json, "1  path over bare TCP, p99", "path_over_floor_p99", path.p99 / bare.p99, 1.6);
}

/* Figures 7 and 8. */
static void
bench_throughput (BenchSender *bench,
                  GString     *json)
{
  guint64 n_before = atomic_load (&bench->shared->n_before);
  guint64 began_ns;
  guint64 here_us;
  guint64 there_us;
  guint64 memory_kb;
  double seconds;
  double rate;
  double processor_us;
  double growth_kb;

  g_usleep (SETTLE_US);
  atomic_store (&bench->shared->n_received, 0);
  memory_kb = bench_resident_kb () + atomic_load (&bench->shared->resident_kb);
  there_us = atomic_load (&bench->shared->processor_us);
  here_us = bench_processor_us (RUSAGE_SELF) - bench_processor_us (RUSAGE_THREAD);
  began_ns = bench_now_ns ();

  for (guint64 i = 0; i < THROUGHPUT_MESSAGES; i++)
    {
      guint8 message[BENCH_MESSAGE_SIZE];

      for (guint tries = 0; i - atomic_load (&bench->shared->n_received) >= IN_FLIGHT_MAX; tries++)
        {
          if (tries > 200000)
            bench_fail ("messages were lost in the flood");
          g_usleep (20);
        }
      bench_message (n_before + i, message);
      bench_send_to_ring (bench, message);
    }
  bench_wait_until (atomic_load (&bench->shared->n_received) >= THROUGHPUT_MESSAGES, "messages were lost in the flood");

  seconds = (double)(bench_now_ns () - began_ns) / 1e9;
  g_usleep (SETTLE_US);
  here_us = bench_processor_us (RUSAGE_SELF) - bench_processor_us (RUSAGE_THREAD) - here_us;
  there_us = atomic_load (&bench->shared->processor_us) - there_us;
  growth_kb = (double)(bench_resident_kb () + atomic_load (&bench->shared->resident_kb)) - (double)memory_kb;
  rate = THROUGHPUT_MESSAGES / seconds;
  processor_us = (double)(here_us + there_us) / THROUGHPUT_MESSAGES;

  bench_say ("Flood of %d messages\n", THROUGHPUT_MESSAGES);
  bench_say ("  7  messages a second on one link                 %9.0f  (≥ 300000: %s)\n", rate, bench_verdict (300000, rate));
  bench_say ("  7  growth of memory meanwhile                    %6.0f KiB\n", growth_kb);
  bench_say ("  8  processor per message, both engines           %6.2f µs  (≤ 10 µs: %s)\n", processor_us, bench_verdict (processor_us, 10));
  bench_add_figure (json, "messages_per_second", rate);
  bench_add_figure (json, "memory_growth_kib", growth_kb);
  bench_add_figure (json, "processor_us_per_message", processor_us);
}

/* What an engine is held against: a thread that waits for the same ring and writes to the same sockets, and does nothing else. */
typedef struct
{
  BenchSender *bench;
  int         *fds;
  guint        n;
} FanOutFloor;

static gpointer
run_fan_out_floor (gpointer data)
{
  FanOutFloor *self = data;
  struct pollfd poll_fd = { .fd = self->bench->wake_fd, .events = POLLIN };
  guint8 octets[64];
  guint64 time_us;
  guint64 value;

  for (guint sent = 0; sent < FAN_OUT_MESSAGES;)
    {
      poll (&poll_fd, 1, 1000);
      if (read (poll_fd.fd, &value, sizeof value) < 0)
        continue;
      while (thru_ring_read (self->bench->ring, &time_us, octets + THRU_DMIDI_FRAME_HEADER_SIZE, BENCH_MESSAGE_SIZE, NULL) > 0)
        {
          thru_dmidi_frame_header_write (octets, BENCH_ADDRESS, 0, BENCH_MESSAGE_SIZE);
          for (guint i = 0; i < self->n; i++)
            {
              if (send (self->fds[i], octets, BENCH_FRAME_SIZE, MSG_NOSIGNAL) < 0)
                bench_fail ("a bare connection is broken");
            }
          sent++;
        }
    }

  return NULL;
}

static double
fan_out_floor (BenchSender *bench,
               guint        n)
{
  g_autoptr(GArray) latencies_us = g_array_new (FALSE, FALSE, sizeof (double));
  FanOutFloor data = { bench, g_newa (int, n), n };
  GThread *thread;

  for (guint i = 0; i < n; i++)
    data.fds[i] = bench_connect_to (BENCH_FAN_OUT_PORT);
  bench_wait_until (atomic_load (&bench->shared->n_connected) == n, "connections were lost");

  thread = g_thread_new ("floor", run_fan_out_floor, &data);
  bench_measure_latency (bench, bench_send_to_ring, FAN_OUT_MESSAGES, FAN_OUT_PER_SECOND, latencies_us);
  g_thread_join (thread);

  for (guint i = 0; i < n; i++)
    close (data.fds[i]);
  bench_wait_until (atomic_load (&bench->shared->n_connected) == 0, "connections did not end");
  return bench_summarize (latencies_us).median;
}

static double
fan_out_path (BenchSender *bench,
              guint        n)
{
  static ThruDialId last_dial = 100;
  static ThruPortNumber last_port = 100;
  const char *const addresses[] = { BENCH_THERE ":1202", NULL };
  g_autoptr(GArray) latencies_us = g_array_new (FALSE, FALSE, sizeof (double));
  guint first = bench->links->len;
  ThruPortNumber source = ++last_port;

  for (guint i = 0; i < n; i++)
    thru_engine_dial (bench->engine, ++last_dial, addresses, FALSE);
  bench_wait_until (bench->links->len == first + n, "links did not open");

  thru_engine_add_input (bench->engine, source, bench->ring, bench->wake_fd, NULL, NULL, NULL);
  for (guint i = 0; i < n; i++)
    {
      ThruLinkId link = GPOINTER_TO_UINT (g_ptr_array_index (bench->links, first + i));

      thru_engine_add_remote_output (bench->engine, ++last_port, link, BENCH_ADDRESS, NULL);
      thru_engine_connect (bench->engine, source, last_port, NULL);
    }
  bench_measure_latency (bench, bench_send_to_ring, FAN_OUT_MESSAGES, FAN_OUT_PER_SECOND, latencies_us);

  for (guint i = 0; i < n; i++)
    {
      ThruLinkId link = GPOINTER_TO_UINT (g_ptr_array_index (bench->links, first + i));

      thru_engine_hang_up (bench->engine, last_dial - i);
      thru_engine_refuse_link (bench->engine, link, "quit", "Measured.");
    }
  thru_engine_remove_source (bench->engine, source);
  bench_wait_until (atomic_load (&bench->shared->n_connected) == 0, "links did not end");
  return bench_summarize (latencies_us).median;
}

/* Figure 6. The source here is not the one of the other figures: the ring has one reader at a time. */
static void
bench_fan_out (BenchSender *bench,
               GString     *json)
{
  static const guint counts[] = { 1, 8, 64, 256 };

  bench_say ("One source to many links, %d a second, until the last has it (median)\n", FAN_OUT_PER_SECOND);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *name = NULL;
      g_autofree char *key = g_strdup_printf ("fan_out_%u_over_floor", counts[i]);
      double bare_us;
      double path_us;

      atomic_store (&bench->shared->n_receivers, counts[i]);
      bare_us = fan_out_floor (bench, counts[i]);
      path_us = fan_out_path (bench, counts[i]);
      name = g_strdup_printf ("6  %3u links: ring → poll %5.0f µs, engine %5.0f µs", counts[i], bare_us, path_us);
      bench_show_ratio (json, name, key, path_us / bare_us, 1.2);
    }
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry options[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &bench_as_json, "Print the figures as one JSON object", NULL },
    { "figure", 0, 0, G_OPTION_ARG_INT, &only_figure, "Measure figure N alone: 1, 6 or 7 (with 8)", "N" },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GString) json = g_string_new ("{");
  BenchSender bench = { 0 };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, NULL))
    bench_fail ("unknown option");

  bench_sender_open (&bench);
  if (is_wanted (1))
    bench_latency (&bench, json);
  if (is_wanted (7))
    bench_throughput (&bench, json);
  if (atomic_load (&bench.shared->n_wrong) != 0)
    bench_fail ("octets changed on the way");
  thru_engine_remove_source (bench.engine, 1);
  if (is_wanted (6))
    bench_fan_out (&bench, json);

  bench_end_object (json);
  bench_sender_close (&bench);
  return 0;
}
