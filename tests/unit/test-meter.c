/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-meter.h"

#include <glib.h>
#include <pthread.h>

static void
count (ThruMeter *meter,
       uint8_t    status,
       uint8_t    first,
       uint8_t    second)
{
  const uint8_t message[] = { status, first, second };
  size_t length = status >= 0xf8 ? 1 : (status & 0xe0) == 0xc0 ? 2 : 3;

  thru_meter_count (meter, message, length);
}

static void
test_realtime_is_counted_apart (void)
{
  ThruMeter *meter = thru_meter_new ();
  ThruMeterSample sample;

  count (meter, 0xf8, 0, 0);
  count (meter, 0xfa, 0, 0);
  count (meter, 0x90, 60, 100);
  thru_meter_sample (meter, &sample);
  g_assert_cmpuint (sample.messages, ==, 1);
  g_assert_cmpuint (sample.realtime, ==, 2);
  g_assert_cmpuint (sample.lost, ==, 0);
  thru_meter_unref (meter);
}

static void
test_sampling_resets_the_peak_and_peeking_does_not (void)
{
  ThruMeter *meter = thru_meter_new ();
  ThruMeterSample sample;

  count (meter, 0x90, 60, 100);
  count (meter, 0x90, 64, 40);
  thru_meter_peek (meter, &sample);
  g_assert_cmpuint (sample.peak, ==, 100);
  thru_meter_sample (meter, &sample);
  g_assert_cmpuint (sample.peak, ==, 100);
  thru_meter_sample (meter, &sample);
  g_assert_cmpuint (sample.peak, ==, 0);
  g_assert_cmpuint (sample.messages, ==, 2);
  thru_meter_unref (meter);
}

static void
test_every_kind_has_its_value (void)
{
  static const struct { uint8_t message[3]; guint peak; } cases[] = {
    { { 0x90, 127, 3 }, 3 },
    { { 0x80, 127, 99 }, 0 },
    { { 0xa0, 127, 5 }, 5 },
    { { 0xb0, 127, 6 }, 6 },
    { { 0xc0, 127, 0 }, 0 },
    { { 0xd0, 77, 0 }, 77 },
    { { 0xe0, 0, 64 }, 0 },
    { { 0xe0, 0, 0 }, 127 },
    { { 0xe0, 127, 127 }, 127 },
    { { 0xf2, 127, 127 }, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ThruMeter *meter = thru_meter_new ();
      ThruMeterSample sample;

      count (meter, cases[i].message[0], cases[i].message[1], cases[i].message[2]);
      thru_meter_sample (meter, &sample);
      g_assert_cmpuint (sample.peak, ==, cases[i].peak);
      g_assert_cmpuint (sample.messages, ==, 1);
      thru_meter_unref (meter);
    }
}

static void
test_reports_add_and_losses_are_told (void)
{
  ThruMeter *meter = thru_meter_new ();
  ThruMeterSample sample;

  thru_meter_report (meter, 5, 90);
  thru_meter_report (meter, 2, 1000);
  thru_meter_lose (meter, 3);
  thru_meter_sample (meter, &sample);
  g_assert_cmpuint (sample.messages, ==, 7);
  g_assert_cmpuint (sample.peak, ==, 127);
  g_assert_cmpuint (sample.lost, ==, 3);
  thru_meter_unref (meter);
}

#define N_COUNTS 100000u

static void *
count_many (void *user)
{
  for (guint i = 0; i < N_COUNTS; i++)
    count (user, 0x90, 60, (uint8_t)(1 + i % 100));
  thru_meter_unref (user);
  return NULL;
}

static void
test_threads_count_together (void)
{
  ThruMeter *meter = thru_meter_new ();
  pthread_t threads[2];
  ThruMeterSample sample;
  guint peak = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpint (pthread_create (&threads[i], NULL, count_many, thru_meter_ref (meter)), ==, 0);
  do
    {
      thru_meter_sample (meter, &sample);
      peak = MAX (peak, sample.peak);
    }
  while (sample.messages < 2 * N_COUNTS);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    pthread_join (threads[i], NULL);

  thru_meter_sample (meter, &sample);
  g_assert_cmpuint (sample.messages, ==, 2 * N_COUNTS);
  g_assert_cmpuint (MAX (peak, sample.peak), ==, 100);
  thru_meter_unref (meter);
}

static unsigned n_wakes;

static void
count_wake (void)
{
  n_wakes++;
}

static void
test_an_armed_watch_wakes_once (void)
{
  static const uint8_t clock[] = { 0xf8 };
  static const uint8_t note[] = { 0x90, 60, 100 };
  ThruMeter *meter = thru_meter_new ();
  unsigned watch = thru_meter_watch_add (count_wake);

  thru_meter_count (meter, note, sizeof note);
  g_assert_cmpuint (n_wakes, ==, 0);

  thru_meter_watch_arm (watch);
  thru_meter_count (meter, clock, sizeof clock);
  g_assert_cmpuint (n_wakes, ==, 0);
  thru_meter_count (meter, note, sizeof note);
  thru_meter_count (meter, note, sizeof note);
  g_assert_cmpuint (n_wakes, ==, 1);

  thru_meter_watch_arm (watch);
  thru_meter_report (meter, 1, 100);
  g_assert_cmpuint (n_wakes, ==, 2);
  thru_meter_unref (meter);
}

static void
test_there_are_few_watches (void)
{
  unsigned watch = 0;

  for (unsigned i = 0; i <= THRU_METER_WATCHES; i++)
    watch = thru_meter_watch_add (count_wake);
  g_assert_cmpuint (watch, ==, THRU_METER_WATCHES);
  thru_meter_watch_arm (watch);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/meter/realtime-is-counted-apart", test_realtime_is_counted_apart);
  g_test_add_func ("/engine/meter/sampling-resets-the-peak-and-peeking-does-not",
                   test_sampling_resets_the_peak_and_peeking_does_not);
  g_test_add_func ("/engine/meter/every-kind-has-its-value", test_every_kind_has_its_value);
  g_test_add_func ("/engine/meter/reports-add-and-losses-are-told", test_reports_add_and_losses_are_told);
  g_test_add_func ("/engine/meter/an-armed-watch-wakes-once", test_an_armed_watch_wakes_once);
  g_test_add_func ("/engine/meter/there-are-few-watches", test_there_are_few_watches);
  g_test_add_func ("/engine/meter/threads-count-together", test_threads_count_together);

  return g_test_run ();
}
