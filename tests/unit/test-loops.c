/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "loop-fixture.h"

static void
test_loop_is_cut_within_a_second (LoopFixture  *fixture,
                                  gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_close (fixture, 1, GPOINTER_TO_UINT (data));
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_schedule_note (fixture, 5 * MS, 10 * MS, 64, 90);
  loop_fixture_schedule_note (fixture, 9 * MS, 300 * MS, 67, 80);
  loop_fixture_run (fixture, 2 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  g_assert_true (fixture->muted == fixture->meters[1]);
  g_assert_cmpuint (fixture->muted_us - START_US, <=, SECOND_US);
  g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[1].ledger), ==, 0);
  g_assert_cmpuint (fixture->schedule->len, ==, 0);
}

static void
test_other_routes_play_on (LoopFixture  *fixture,
                           gconstpointer data)
{
  for (guint i = 1; i < 4; i++)
    loop_fixture_connect (fixture, i);
  loop_fixture_close (fixture, GPOINTER_TO_UINT (data), 12 * MS);
  loop_fixture_schedule_note (fixture, 0, 100 * MS, 60, 100);
  loop_fixture_run (fixture, 2 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  g_assert_true (fixture->muted == fixture->meters[GPOINTER_TO_UINT (data)]);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[i].ledger), ==, 0);

  for (guint i = 1; i < 4; i++)
    g_byte_array_set_size (fixture->devices[i].heard, 0);
  loop_fixture_schedule_note (fixture, fixture->now_us - START_US, 10 * MS, 72, 50);
  loop_fixture_run (fixture, SECOND_US / 10);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpuint (fixture->devices[i].heard->len, ==, i == GPOINTER_TO_UINT (data) ? 0 : 6);
}

static void
test_each_loop_is_cut (LoopFixture  *fixture,
                       gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_connect (fixture, 2);
  loop_fixture_connect (fixture, 3);
  loop_fixture_close (fixture, 1, 31 * MS);
  loop_fixture_close (fixture, 3, 40 * MS);
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_run (fixture, 4 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 2);
  g_assert_cmpuint (fixture->schedule->len, ==, 0);
  g_byte_array_set_size (fixture->devices[2].heard, 0);
  loop_fixture_schedule_note (fixture, fixture->now_us - START_US, 10 * MS, 72, 50);
  loop_fixture_run (fixture, SECOND_US / 10);
  g_assert_cmpuint (fixture->devices[2].heard->len, ==, 6);
}

static void
test_playing_along_does_not_hide_a_loop (LoopFixture  *fixture,
                                         gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_close (fixture, 1, 15 * MS);
  for (guint i = 0; i < 20; i++)
    loop_fixture_schedule_note (fixture, i * 110 * MS, 70 * MS, (guint8) (50 + i % 7), (guint8) (60 + i * 3));
  loop_fixture_run (fixture, 3 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[1].ledger), ==, 0);
}

static void
test_patience_lets_another_room_cut_it (LoopFixture  *fixture,
                                        gconstpointer data)
{
  thru_router_set_loop_patience (fixture->router, 400 * MS);
  loop_fixture_connect (fixture, 1);
  loop_fixture_close (fixture, 1, 5 * MS);
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_run (fixture, 850 * MS);
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  loop_fixture_run (fixture, SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
}

static void
test_closed_again_it_is_cut_again_later (LoopFixture  *fixture,
                                         gconstpointer data)
{
  guint64 first_us;

  loop_fixture_connect (fixture, 1);
  loop_fixture_close (fixture, 1, 5 * MS);
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_run (fixture, SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  first_us = fixture->muted_us - START_US;

  thru_router_disconnect (fixture->router, 1, 1, fixture->now_us);
  loop_fixture_connect (fixture, 1);
  loop_fixture_schedule_note (fixture, fixture->now_us - START_US, 20 * MS, 60, 100);
  loop_fixture_run (fixture, first_us + SECOND_US / 2);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  loop_fixture_run (fixture, 2 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 2);
}

/* Whenever it ends, as long as it lasts, however fast it is. */
static void
test_rolls_are_no_loops (LoopFixture  *fixture,
                         gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  for (guint period = 16; period < 75; period += 11)
    {
      for (guint duration = 450; duration < 900; duration += 17)
        {
          guint64 begin_us = fixture->now_us - START_US;

          for (guint at = 0; at < duration; at += period)
            loop_fixture_schedule_note (fixture, begin_us + at * MS, period * MS / 2, 42, 100);
          loop_fixture_run (fixture, (duration + 300) * MS);
          g_assert_cmpuint (fixture->n_muted, ==, 0);
        }
    }
  loop_fixture_assert_untouched (fixture);
}

static void
test_long_roll_is_no_loop (LoopFixture  *fixture,
                           gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_connect (fixture, 2);
  for (guint at = 0; at < 20000; at += 31)
    loop_fixture_schedule_note (fixture, at * MS, 9 * MS, 42, 100);
  loop_fixture_run (fixture, 21 * SECOND_US);
  loop_fixture_assert_untouched (fixture);
  g_assert_cmpuint (fixture->devices[2].heard->len, ==, fixture->devices[1].heard->len);
}

static void
test_trill_is_no_loop (LoopFixture  *fixture,
                       gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  for (guint i = 0; i < 60; i++)
    loop_fixture_schedule_note (fixture, i * 60 * MS, 55 * MS, i % 2 == 0 ? 60 : 62, 80);
  loop_fixture_run (fixture, 4 * SECOND_US);
  loop_fixture_assert_untouched (fixture);
}

static void
test_doubled_arpeggiator_is_no_loop (LoopFixture  *fixture,
                                     gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  for (guint i = 0; i < 60; i++)
    {
      for (guint twice = 0; twice < 2; twice++)
        loop_fixture_schedule_note (fixture, (i * 50 + twice * 2) * MS, 25 * MS, (guint8) (60 + i % 4 * 3), 100);
    }
  loop_fixture_run (fixture, 4 * SECOND_US);
  loop_fixture_assert_untouched (fixture);
}

static void
test_clock_and_sensing_are_no_loop (LoopFixture  *fixture,
                                    gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  for (guint i = 0; i < 300; i++)
    loop_fixture_schedule (fixture, 1, i * 10 * MS, i % 30 == 29 ? 0xfe : 0xf8, 0, 0);
  loop_fixture_run (fixture, 4 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  g_assert_cmpuint (fixture->devices[1].heard->len, ==, 290);
}

static void
test_steady_sensor_is_no_loop (LoopFixture  *fixture,
                               gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_schedule_note (fixture, 0, 3 * SECOND_US, 60, 100);
  for (guint i = 0; i < 300; i++)
    loop_fixture_schedule (fixture, 1, i * 10 * MS, 0xb0, 1, 64);
  loop_fixture_run (fixture, 4 * SECOND_US);
  loop_fixture_assert_untouched (fixture);
}

static void
test_two_keyboards_on_one_synth_are_no_loop (LoopFixture  *fixture,
                                             gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  g_assert_true (thru_router_connect (fixture->router, 2, 1, NULL));
  for (guint i = 0; i < 60; i++)
    {
      /* The other player echoes by hand. */
      loop_fixture_schedule_note (fixture, i * 80 * MS, 40 * MS, (guint8) (60 + i % 5), 100);
      loop_fixture_schedule (fixture, 2, (i * 80 + 45) * MS, 0x90, (guint8) (60 + i % 5), 100);
      loop_fixture_schedule (fixture, 2, (i * 80 + 85) * MS, 0x80, (guint8) (60 + i % 5), 0);
    }
  loop_fixture_run (fixture, 6 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[1].ledger), ==, 0);
}

/* A keyboard that plays the synth twice: here, and through another room. */
static void
test_return_to_another_device_is_no_loop (LoopFixture  *fixture,
                                          gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  g_assert_true (thru_router_connect (fixture->router, 2, 2, NULL));
  fixture->devices[1].returns_to = 2;
  fixture->devices[1].away_us = 8 * MS;
  for (guint i = 0; i < 100; i++)
    loop_fixture_schedule_note (fixture, i * 20 * MS, 15 * MS, (guint8) (30 + i % 80), 100);
  loop_fixture_run (fixture, 4 * SECOND_US);
  loop_fixture_assert_untouched (fixture);
  g_assert_cmpmem (fixture->devices[2].heard->data, fixture->devices[2].heard->len, fixture->played->data, fixture->played->len);
}

static void
test_route_on_trial_can_go (LoopFixture  *fixture,
                            gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_close (fixture, 1, 60 * MS);
  for (guint i = 0; i < 4; i++)
    loop_fixture_schedule_note (fixture, i * 9 * MS, 5 * MS, (guint8) (60 + i), 100);
  for (guint i = 0; i < 40; i++)
    {
      loop_fixture_run (fixture, (500 + i * 20) * MS);
      thru_router_disconnect (fixture->router, 1, 1, fixture->now_us);
      g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[1].ledger), ==, 0);
      loop_fixture_connect (fixture, 1);
    }
  g_assert_true (thru_router_remove_source (fixture->router, 1, fixture->now_us));
  loop_fixture_run (fixture, SECOND_US);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD_WITH(name, data, func) g_test_add ("/engine/loops/" name, LoopFixture, GUINT_TO_POINTER (data), loop_fixture_set_up, func, loop_fixture_tear_down)
#define ADD(name, func) ADD_WITH (name, 0, func)
  ADD_WITH ("fast-loop-is-cut-within-a-second", 1 * MS, test_loop_is_cut_within_a_second);
  ADD_WITH ("usual-loop-is-cut-within-a-second", 22 * MS, test_loop_is_cut_within_a_second);
  ADD_WITH ("slow-loop-is-cut-within-a-second", 60 * MS, test_loop_is_cut_within_a_second);
  ADD_WITH ("other-routes-play-on-beside-the-first", 1, test_other_routes_play_on);
  ADD_WITH ("other-routes-play-on-beside-the-last", 3, test_other_routes_play_on);
  ADD ("each-loop-is-cut", test_each_loop_is_cut);
  ADD ("playing-along-does-not-hide-a-loop", test_playing_along_does_not_hide_a_loop);
  ADD ("patience-lets-another-room-cut-it", test_patience_lets_another_room_cut_it);
  ADD ("closed-again-it-is-cut-again-later", test_closed_again_it_is_cut_again_later);
  ADD ("rolls-are-no-loops", test_rolls_are_no_loops);
  ADD ("long-roll-is-no-loop", test_long_roll_is_no_loop);
  ADD ("trill-is-no-loop", test_trill_is_no_loop);
  ADD ("doubled-arpeggiator-is-no-loop", test_doubled_arpeggiator_is_no_loop);
  ADD ("clock-and-sensing-are-no-loop", test_clock_and_sensing_are_no_loop);
  ADD ("steady-sensor-is-no-loop", test_steady_sensor_is_no_loop);
  ADD ("two-keyboards-on-one-synth-are-no-loop", test_two_keyboards_on_one_synth_are_no_loop);
  ADD ("return-to-another-device-is-no-loop", test_return_to_another_device_is_no_loop);
  ADD ("route-on-trial-can-go", test_route_on_trial_can_go);
  return g_test_run ();
}
