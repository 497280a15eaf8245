/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/* Loops whose rounds take up to half a second, and what sounds like them. */

#include "loop-fixture.h"

#define STEADY_US (12 * SECOND_US) /* long enough to be asked about */

static void
play_chord (LoopFixture *fixture)
{
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_schedule_note (fixture, 5 * MS, 90 * MS, 64, 90);
  loop_fixture_schedule_note (fixture, 9 * MS, 300 * MS, 67, 80);
}

static void
assert_cut (LoopFixture *fixture,
            guint        destination)
{
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  g_assert_true (fixture->muted == fixture->meters[destination]);
  g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[destination].ledger), ==, 0);
  g_assert_cmpuint (fixture->schedule->len, ==, 0);
}

static void
test_loop_is_cut_within_5_seconds (LoopFixture  *fixture,
                                   gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_close (fixture, 1, GPOINTER_TO_UINT (data));
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_run (fixture, 6 * SECOND_US);
  assert_cut (fixture, 1);
  g_assert_cmpuint (fixture->muted_us - START_US, <=, 5 * SECOND_US);
}

static void
test_uneven_loop_is_cut (LoopFixture  *fixture,
                         gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_close (fixture, 1, GPOINTER_TO_UINT (data));
  fixture->devices[1].jitter = 30;
  play_chord (fixture);
  loop_fixture_run (fixture, 8 * SECOND_US);
  assert_cut (fixture, 1);
}

static void
test_other_routes_play_on (LoopFixture  *fixture,
                           gconstpointer data)
{
  for (guint i = 1; i < 4; i++)
    loop_fixture_connect (fixture, i);
  loop_fixture_close (fixture, GPOINTER_TO_UINT (data), 220 * MS);
  play_chord (fixture);
  loop_fixture_run (fixture, 6 * SECOND_US);
  assert_cut (fixture, GPOINTER_TO_UINT (data));
  for (guint i = 1; i < 4; i++)
    g_byte_array_set_size (fixture->devices[i].heard, 0);
  loop_fixture_schedule_note (fixture, fixture->now_us - START_US, 10 * MS, 72, 50);
  loop_fixture_run (fixture, SECOND_US / 10);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpuint (fixture->devices[i].heard->len, ==, i == GPOINTER_TO_UINT (data) ? 0 : 6);
}

/* What goes round in both becomes more and more. */
static void
test_two_loops_are_cut (LoopFixture  *fixture,
                        gconstpointer data)
{
  for (guint i = 1; i < 4; i++)
    loop_fixture_connect (fixture, i);
  loop_fixture_close (fixture, 1, 110 * MS);
  loop_fixture_close (fixture, 3, 250 * MS);
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_run (fixture, 15 * SECOND_US);
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
  loop_fixture_close (fixture, 1, 180 * MS);
  for (guint i = 0; i < 20; i++)
    loop_fixture_schedule_note (fixture, i * 160 * MS, 70 * MS, (guint8) (50 + i % 7), (guint8) (60 + i * 3));
  loop_fixture_run (fixture, 9 * SECOND_US);
  assert_cut (fixture, 1);
}

static void
test_patience_lets_another_room_cut_it (LoopFixture  *fixture,
                                        gconstpointer data)
{
  thru_router_set_loop_patience (fixture->router, 300 * MS);
  loop_fixture_connect (fixture, 1);
  loop_fixture_close (fixture, 1, 300 * MS);
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_run (fixture, 4 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  loop_fixture_run (fixture, 3 * SECOND_US);
  assert_cut (fixture, 1);
}

static void
test_marks_do_not_go_round (LoopFixture  *fixture,
                            gconstpointer data)
{
  guint n_marks;

  loop_fixture_connect (fixture, 1);
  loop_fixture_connect (fixture, 2);
  loop_fixture_close (fixture, 1, 300 * MS);
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_run (fixture, 6 * SECOND_US);
  assert_cut (fixture, 1);
  n_marks = fixture->devices[2].n_marks;
  g_assert_cmpuint (n_marks, >, 0);
  g_assert_cmpuint (fixture->devices[1].n_marks, ==, n_marks);
}

/* Somebody holds the lowest notes while a beat is asked about. */
static void
test_marks_end_no_note (LoopFixture  *fixture,
                        gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  g_assert_true (thru_router_connect (fixture->router, 2, 1, NULL));
  fixture->mark_note = 2;
  loop_fixture_schedule (fixture, 2, 0, 0x90, 0, 100);
  loop_fixture_schedule (fixture, 1, 0, 0x90, 1, 100);
  for (guint at = 100; at < 6000; at += 200)
    loop_fixture_schedule_note (fixture, at * MS, 50 * MS, 42, 100);
  loop_fixture_run (fixture, 7 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  g_assert_cmpuint (fixture->devices[1].n_marks, >, 0);
  g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[1].ledger), ==, 2);
}

/* Every period, whatever its length: nothing is muted, and nothing is late by a moment. */
static void
test_beats_are_no_loops (LoopFixture  *fixture,
                         gconstpointer data)
{
  guint n_marks = 0;

  loop_fixture_connect (fixture, 1);
  for (guint period = 80; period < 700; period += 47)
    {
      guint64 begin_us = fixture->now_us - START_US;

      for (guint64 at_us = 0; at_us < STEADY_US; at_us += period * MS)
        loop_fixture_schedule_note (fixture, begin_us + at_us, period * MS / 2, 36, 100);
      loop_fixture_run (fixture, STEADY_US + 2 * SECOND_US);
    }
  loop_fixture_assert_untouched (fixture);
  g_assert_cmpuint (fixture->devices[1].latest_us, ==, 0);
  n_marks = fixture->devices[1].n_marks;
  g_assert_cmpuint (n_marks, >, 0);
  g_assert_cmpuint (n_marks, <, 100);
}

static void
test_four_on_the_floor_is_no_loop (LoopFixture  *fixture,
                                   gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_connect (fixture, 2);
  for (guint i = 0; i < 40; i++)
    {
      loop_fixture_schedule_note (fixture, i * 500 * MS, 30 * MS, 36, 110);
      loop_fixture_schedule_note (fixture, (i * 500 + 250) * MS, 30 * MS, 42, 80);
    }
  loop_fixture_run (fixture, 21 * SECOND_US);
  loop_fixture_assert_untouched (fixture);
  g_assert_cmpuint (fixture->devices[1].latest_us, ==, 0);
  g_assert_cmpuint (fixture->devices[2].heard->len, ==, fixture->devices[1].heard->len);
}

static void
test_arpeggio_is_no_loop (LoopFixture  *fixture,
                          gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  for (guint i = 0; i < 120; i++)
    loop_fixture_schedule_note (fixture, i * 125 * MS, 100 * MS, (guint8) (60 + i % 4 * 3), 100);
  loop_fixture_run (fixture, 16 * SECOND_US);
  loop_fixture_assert_untouched (fixture);
  g_assert_cmpuint (fixture->devices[1].latest_us, ==, 0);
}

/* A pad that is always hit as hard, by a person. */
static void
test_uneven_repeats_are_no_loop (LoopFixture  *fixture,
                                 gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  for (guint i = 0; i < 60; i++)
    loop_fixture_schedule_note (fixture, (i * 250 + i * i * 37 % 80) * MS, 60 * MS, 38, 127);
  loop_fixture_run (fixture, 17 * SECOND_US);
  loop_fixture_assert_untouched (fixture);
  g_assert_cmpuint (fixture->devices[1].latest_us, ==, 0);
}

/* A beat through the synthesizer of another room comes back to another device here. */
static void
test_return_to_another_device_is_no_loop (LoopFixture  *fixture,
                                          gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  g_assert_true (thru_router_connect (fixture->router, 2, 2, NULL));
  fixture->devices[1].returns_to = 2;
  fixture->devices[1].away_us = 150 * MS;
  for (guint i = 0; i < 60; i++)
    loop_fixture_schedule_note (fixture, i * 200 * MS, 50 * MS, 38, 100);
  loop_fixture_run (fixture, 14 * SECOND_US);
  loop_fixture_assert_untouched (fixture);
}

/* A phrase of a few notes, over and over, the lowest ones among them; each time it plays its notes a little louder or not. */
static void
play_phrase (LoopFixture *fixture,
             GRand       *random)
{
  guint64 begin_us = fixture->now_us - START_US;
  guint n_notes = (guint) g_rand_int_range (random, 1, 6);
  guint step = (guint) g_rand_int_range (random, 80, 700) / n_notes;
  gboolean varied = g_rand_boolean (random);
  guint first = g_rand_boolean (random) ? 0 : 60;

  for (guint i = 0; i * step < 9000; i++)
    loop_fixture_schedule_note (fixture, begin_us + i * step * MS, step * MS * (guint) g_rand_int_range (random, 1, 9) / 10,
                                (guint8) (first + i % n_notes), (guint8) (90 + (varied ? i / n_notes % 3 : 0)));
  loop_fixture_run (fixture, 10 * SECOND_US);
}

static guint
count_note_ons (GByteArray *octets)
{
  guint n = 0;

  for (guint i = 0; i + 2 < octets->len; i += 3)
    n += octets->data[i] == 0x90;
  return n;
}

static void
test_nothing_is_lost (LoopFixture  *fixture,
                      gconstpointer data)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (7);

  loop_fixture_connect (fixture, 1);
  loop_fixture_connect (fixture, 2);
  for (guint i = 0; i < 40; i++)
    play_phrase (fixture, random);
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  for (guint i = 1; i < 3; i++)
    {
      g_assert_cmpuint (count_note_ons (fixture->devices[i].heard), ==, count_note_ons (fixture->played));
      g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[i].ledger), ==, 0);
      g_assert_cmpuint (fixture->devices[i].n_marks, >, 0);
    }
}

static void
test_every_route_has_its_turn (LoopFixture  *fixture,
                               gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  for (guint i = 4; i < 14; i++)
    {
      g_assert_true (thru_router_add_destination (fixture->router, i, loop_fixture_send, &fixture->devices[3], NULL));
      g_assert_true (thru_router_connect (fixture->router, 1, i, NULL));
    }
  loop_fixture_close (fixture, 1, 300 * MS);
  loop_fixture_schedule_note (fixture, 0, 20 * MS, 60, 100);
  loop_fixture_run (fixture, 16 * SECOND_US);
  assert_cut (fixture, 1);
}

static void
test_routes_can_go_while_it_asks (LoopFixture  *fixture,
                                  gconstpointer data)
{
  loop_fixture_connect (fixture, 1);
  loop_fixture_connect (fixture, 2);
  loop_fixture_close (fixture, 1, 400 * MS);
  play_chord (fixture);
  for (guint i = 0; i < 30 && fixture->n_muted == 0; i++)
    {
      loop_fixture_run (fixture, 230 * MS);
      thru_router_disconnect (fixture->router, 1, 2, fixture->now_us);
      loop_fixture_connect (fixture, 2);
    }
  loop_fixture_run (fixture, SECOND_US);
  assert_cut (fixture, 1);
  g_assert_true (thru_router_remove_source (fixture->router, 1, fixture->now_us));
  loop_fixture_run (fixture, SECOND_US);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD_WITH(name, data, func) \
  g_test_add ("/engine/slow-loops/" name, LoopFixture, GUINT_TO_POINTER (data), loop_fixture_set_up, func, loop_fixture_tear_down)
#define ADD(name, func) ADD_WITH (name, 0, func)
  ADD_WITH ("loop-of-100-ms-is-cut", 100 * MS, test_loop_is_cut_within_5_seconds);
  ADD_WITH ("loop-of-200-ms-is-cut", 200 * MS, test_loop_is_cut_within_5_seconds);
  ADD_WITH ("loop-of-400-ms-is-cut", 400 * MS, test_loop_is_cut_within_5_seconds);
  ADD_WITH ("loop-of-half-a-second-is-cut", 500 * MS, test_loop_is_cut_within_5_seconds);
  ADD_WITH ("uneven-loop-of-100-ms-is-cut", 100 * MS, test_uneven_loop_is_cut);
  ADD_WITH ("uneven-loop-of-200-ms-is-cut", 200 * MS, test_uneven_loop_is_cut);
  ADD_WITH ("uneven-loop-of-400-ms-is-cut", 400 * MS, test_uneven_loop_is_cut);
  ADD_WITH ("other-routes-play-on-beside-the-first", 1, test_other_routes_play_on);
  ADD_WITH ("other-routes-play-on-beside-the-last", 3, test_other_routes_play_on);
  ADD ("two-interleaved-loops-are-cut", test_two_loops_are_cut);
  ADD ("playing-along-does-not-hide-a-loop", test_playing_along_does_not_hide_a_loop);
  ADD ("patience-lets-another-room-cut-it", test_patience_lets_another_room_cut_it);
  ADD ("marks-do-not-go-round", test_marks_do_not_go_round);
  ADD ("marks-end-no-note", test_marks_end_no_note);
  ADD ("beats-are-no-loops", test_beats_are_no_loops);
  ADD ("four-on-the-floor-is-no-loop", test_four_on_the_floor_is_no_loop);
  ADD ("arpeggio-is-no-loop", test_arpeggio_is_no_loop);
  ADD ("uneven-repeats-are-no-loop", test_uneven_repeats_are_no_loop);
  ADD ("return-to-another-device-is-no-loop", test_return_to_another_device_is_no_loop);
  ADD ("nothing-is-lost-whatever-repeats", test_nothing_is_lost);
  ADD ("every-route-has-its-turn", test_every_route_has_its_turn);
  ADD ("routes-can-go-while-it-asks", test_routes_can_go_while_it_asks);
  return g_test_run ();
}
