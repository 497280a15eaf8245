/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bench-sender.h"

#include "thru-demo-studio.h"
#include "thru-matrix-view.h"

#include <adwaita.h>

/* Figure 3: the engine's path while the same program draws a matrix of 64 × 64 with half of its meters moving, against the same
 * with the window quiet. The device plays on a thread of its own, the window has the main one. */

#define ROUNDS 6
#define ROUND_MESSAGES 200
#define NOTES_PER_SECOND 200
#define N_ROOMS 8
#define N_DEVICES 8
#define PACE 30
#define SETTLE_MS 700

typedef struct
{
  BenchSender *bench;
  GArray      *latencies_us;
  gboolean     done; /* atomic */
} Round;

static guint n_frames;

static gboolean
raise_flag_cb (gpointer flag)
{
  *(gboolean *)flag = TRUE;
  return G_SOURCE_REMOVE;
}

static void
count_frame_cb (GdkFrameClock *clock,
                gpointer       user)
{
  n_frames++;
}

static gpointer
run_round (gpointer data)
{
  Round *it = data;

  bench_measure_latency (it->bench, bench_send_to_ring, ROUND_MESSAGES, NOTES_PER_SECOND, it->latencies_us);
  g_atomic_int_set (&it->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static void
play_round (BenchSender *bench,
            ThruStudio  *studio,
            guint        pace,
            GArray      *latencies_us)
{
  Round it = { .bench = bench, .latencies_us = latencies_us };
  gboolean settled = FALSE;
  GThread *thread;

  thru_demo_studio_set_pace (THRU_DEMO_STUDIO (studio), pace);
  g_timeout_add (SETTLE_MS, raise_flag_cb, &settled);
  while (!settled)
    g_main_context_iteration (NULL, TRUE);

  n_frames = 0;
  thread = g_thread_new ("device", run_round, &it);
  while (!g_atomic_int_get (&it.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
}

static GtkWidget *
show_window (ThruStudio *studio)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *matrix = thru_matrix_view_new ();

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), matrix);
  adw_window_set_content (ADW_WINDOW (window), scroller);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  thru_matrix_view_set_studio (THRU_MATRIX_VIEW (matrix), studio);
  thru_matrix_view_set_all_folded (THRU_MATRIX_VIEW (matrix), FALSE);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (count_frame_cb), NULL);
  return window;
}

static void
bench_window (BenchSender *bench,
              GString     *json)
{
  g_autoptr(ThruStudio) studio = thru_demo_studio_new (N_ROOMS, N_DEVICES);
  g_autoptr(GArray) quiet_us = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr(GArray) busy_us = g_array_new (FALSE, FALSE, sizeof (double));
  GtkWidget *window = show_window (studio);
  guint n_busy_frames = 0;
  BenchSummary quiet;
  BenchSummary busy;

  for (guint i = 0; i < ROUNDS; i++)
    {
      play_round (bench, studio, 0, quiet_us);
      play_round (bench, studio, PACE, busy_us);
      n_busy_frames += n_frames;
    }
  gtk_window_destroy (GTK_WINDOW (window));

  quiet = bench_summarize (quiet_us);
  busy = bench_summarize (busy_us);
  bench_say ("Notes, %d a second, one way                median      p95      p99\n", NOTES_PER_SECOND);
  bench_show_latency (json, "window quiet", "quiet", quiet);
  bench_show_latency (json, "window draws", "busy", busy);
  bench_say ("  frames a second meanwhile                          %6.1f\n",
             (double)n_busy_frames * NOTES_PER_SECOND / (ROUNDS * ROUND_MESSAGES));
  bench_show_ratio (json, "3  drawing over quiet, median", "busy_over_quiet_median", busy.median / quiet.median, 1.1);
  bench_show_ratio (json, "3  drawing over quiet, p99", "busy_over_quiet_p99", busy.p99 / quiet.p99, 1.3);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GString) json = g_string_new ("{");
  BenchSender bench = { 0 };

  bench_as_json = argc > 1 && g_str_equal (argv[1], "--json");
  bench_sender_open (&bench);
  adw_init ();
  bench_window (&bench, json);

  bench_end_object (json);
  bench_sender_close (&bench);
  return 0;
}
