/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "router-fixture.h"

#include <string.h>

/* Destinations that take nothing for a while. */

static void
test_what_is_refused_waits_in_order (RouterFixture *fixture,
                                     gconstpointer  data)
{
  patch (fixture, 1, 1);
  fixture->synths[0].room = 1;
  PLAY (fixture, 1, "\x90\x3c\x64\xf0\x01\xf7\x80\x3c\x40");
  assert_log (fixture, 1, "90 3c 64");
  g_assert_false (thru_router_flush (fixture->router, 0));
  fixture->synths[0].room = 1;
  g_assert_false (thru_router_flush (fixture->router, 0));
  fixture->synths[0].room = 1;
  g_assert_true (thru_router_flush (fixture->router, 0));
  assert_log (fixture, 1, "f0 01 f7, 80 3c 40");
}

static void
test_releases_reach_a_blocked_destination (RouterFixture *fixture,
                                           gconstpointer  data)
{
  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64\xb0\x40\x7f\xe0\x00\x50\xd0\x10\xa0\x3c\x10");
  fixture->synths[0].room = 0;
  while (thru_router_flush (fixture->router, 0))
    PLAY (fixture, 1, "\xb0\x01\x10");
  for (guint i = 0; i < 10000; i++)
    PLAY (fixture, 1, "\xb0\x01\x10\x80\x01\x40");
  thru_router_remove_source (fixture->router, 1, 0);
  fixture->synths[0].room = -1;
  g_string_truncate (fixture->synths[0].log, 0);
  g_assert_true (thru_router_flush (fixture->router, 0));
  g_assert_true (g_str_has_suffix (fixture->synths[0].log->str, "80 3c 40, b0 40 00, e0 00 40, d0 00, a0 3c 00, b0 7b 00"));
}

static void
test_a_full_queue_drops_and_counts_but_loses_no_end (RouterFixture *fixture,
                                                     gconstpointer  data)
{
  ThruMeter *meter = thru_meter_new ();
  ThruMeterSample sample;
  Synth *synth = &fixture->synths[0];
  guint n_on = 0;

  g_assert_true (thru_router_connect (fixture->router, 1, 1, meter));
  synth->room = 0;
  for (guint i = 0; i < 20000; i++)
    {
      const uint8_t message[] = { 0x90, (uint8_t)(i % 100), 100 };

      thru_router_input (fixture->router, 1, i, message, 3);
      n_on++;
    }
  thru_meter_sample (meter, &sample);
  g_assert_cmpuint (sample.lost, >, 0);
  g_assert_cmpuint (sample.lost + sample.messages, ==, n_on);

  for (guint i = 0; i < 20000; i++)
    {
      const uint8_t message[] = { 0x80, (uint8_t)(i % 100), 64 };

      thru_router_input (fixture->router, 1, i, message, 3);
    }
  PLAY (fixture, 1, "\xb0\x40\x00\xfc\xb0\x7b\x00");
  thru_meter_sample (meter, &sample);

  /* What waited and made way later came, and was lost. */
  g_assert_cmpuint (sample.lost + sample.messages + sample.realtime, >=, 2 * n_on + 3);
  g_assert_cmpuint (thru_router_n_held (fixture->router), ==, 0);

  synth->room = -1;
  g_assert_true (thru_router_flush (fixture->router, 0));
  g_assert_nonnull (strstr (synth->log->str, "b0 40 00"));
  g_assert_nonnull (strstr (synth->log->str, "fc"));
  g_assert_nonnull (strstr (synth->log->str, "b0 7b 00"));
  for (guint note = 0; note < 100; note++)
    g_assert_cmpint (synth->held[0][note], <=, 16);
  thru_meter_unref (meter);
}

static void
test_a_wheel_let_go_is_never_lost (RouterFixture *fixture,
                                   gconstpointer  data)
{
  Synth *synth = &fixture->synths[0];

  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\xe0\x00\x10\xd0\x10\xa0\x3c\x10");
  synth->room = 0;
  for (guint i = 0; i < 10000; i++)
    PLAY (fixture, 1, "\xb0\x01\x10\x80\x01\x40");
  PLAY (fixture, 1, "\xe0\x00\x40\xd0\x00\xa0\x3c\x00");
  synth->room = -1;
  g_assert_true (thru_router_flush (fixture->router, 0));
  g_assert_false (thru_midi_ledger_is_sounding (&synth->ledger));
}

static void
test_a_dropped_note_does_not_end_anothers (RouterFixture *fixture,
                                           gconstpointer  data)
{
  Synth *synth = &fixture->synths[0];

  patch (fixture, 1, 1);
  patch (fixture, 2, 1);
  PLAY (fixture, 1, "\x90\x3c\x64");
  synth->room = 0;
  for (guint i = 0; i < 10000; i++)
    PLAY (fixture, 1, "\x90\x01\x10");
  PLAY (fixture, 2, "\x90\x3c\x64\x80\x3c\x40");
  synth->room = -1;
  g_assert_true (thru_router_flush (fixture->router, 0));
  g_assert_cmpint (synth->held[0][60], ==, 1);
  PLAY (fixture, 1, "\x80\x3c\x40");
  g_assert_cmpint (synth->held[0][60], ==, 0);
}

static void
test_a_later_note_is_not_ended_by_a_waiting_end (RouterFixture *fixture,
                                                 gconstpointer  data)
{
  Synth *synth = &fixture->synths[0];

  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64");
  synth->room = 0;
  for (guint i = 0; i < 10000; i++)
    PLAY (fixture, 1, "\xb0\x01\x10\x80\x01\x40");
  PLAY (fixture, 1, "\x80\x3c\x40");
  synth->room = -1;
  g_assert_true (thru_router_flush (fixture->router, 0));
  PLAY (fixture, 1, "\x90\x3c\x64");
  g_assert_cmpint (synth->held[0][60], ==, 1);
}

static void
test_the_longest_sysex_waits_beside_short_messages (RouterFixture *fixture,
                                                    gconstpointer  data)
{
  g_autofree uint8_t *sysex = g_malloc0 (THRU_MIDI_SYSEX_MAX);
  Synth *synth = &fixture->synths[0];

  patch (fixture, 1, 1);
  thru_router_set_sysex (fixture->router, 1, NULL, THRU_MIDI_SYSEX_MAX);
  sysex[0] = 0xf0;
  sysex[THRU_MIDI_SYSEX_MAX - 1] = 0xf7;
  synth->room = 0;
  PLAY (fixture, 1, "\x90\x3c\x64");
  thru_router_input (fixture->router, 1, 0, sysex, THRU_MIDI_SYSEX_MAX);
  PLAY (fixture, 1, "\x80\x3c\x40");
  synth->room = 2;
  g_assert_false (thru_router_flush (fixture->router, 0));
  g_assert_cmpuint (synth->last_length, ==, THRU_MIDI_SYSEX_MAX);
  synth->room = -1;
  g_assert_true (thru_router_flush (fixture->router, 0));
  assert_log (fixture, 1, "90 3c 64, f0 00 00 00, 80 3c 40");
}

static void
test_what_waits_too_long_becomes_state (RouterFixture *fixture,
                                        gconstpointer  data)
{
  patch (fixture, 1, 1);
  play_at (fixture, 1, 1000, "\x90\x3c\x64");
  assert_log (fixture, 1, "90 3c 64");
  fixture->synths[0].room = 0;
  for (guint i = 1; i < 100; i++)
    {
      const char sweep[] = { '\xb0', '\x07', (char) i, '\xe0', '\x05', (char) i, '\xf8', '\0' };

      play_at (fixture, 1, 1000 + i, sweep);
    }
  play_at (fixture, 1, 1100, "\x80\x3c\x40\x90\x40\x64\xc0\x05\xc0\x06\x80\x40\x40\xb0\x20\x02");
  play_at (fixture, 1, 1300, "\xb0\x07\x10\x90\x43\x64");
  g_assert_false (thru_router_flush (fixture->router, 1400 * 1000));
  fixture->synths[0].room = -1;
  g_assert_true (thru_router_flush (fixture->router, 1400 * 1000));
  assert_log (fixture, 1, "80 3c 40, b0 20 02, c0 06, b0 07 63, e0 05 63, b0 07 10, 90 43 64");
}

static void
test_a_late_note_is_not_played (RouterFixture *fixture,
                                gconstpointer  data)
{
  ThruMeter *meter = thru_meter_new ();
  ThruMeterSample sample;

  g_assert_true (thru_router_connect (fixture->router, 1, 1, meter));
  thru_router_set_time (fixture->router, 1251 * 1000);
  play_at (fixture, 1, 1000, "\x90\x3c\x64\xb0\x07\x10");
  play_at (fixture, 1, 1001, "\x90\x3e\x64");
  play_at (fixture, 1, 1260, "\x80\x3c\x40\x80\x3e\x40\x80\x3c\x40");
  assert_log (fixture, 1, "b0 07 10, 90 3e 64, 80 3e 40, 80 3c 40");
  thru_meter_sample (meter, &sample);
  g_assert_cmpuint (sample.late, ==, 1);
  g_assert_cmpuint (sample.lost, ==, 0);

  thru_router_set_late_limit (fixture->router, 0);
  play_at (fixture, 1, 1, "\x90\x3c\x64");
  assert_log (fixture, 1, "90 3c 64");
  thru_router_set_late_limit (fixture->router, 10 * 1000);
  play_at (fixture, 1, 1240, "\x90\x3e\x64");
  assert_log (fixture, 1, "");
  thru_meter_unref (meter);
}

static void
test_notes_that_grew_late_count_at_their_routes (RouterFixture *fixture,
                                                 gconstpointer  data)
{
  ThruMeter *meters[2] = { thru_meter_new (), thru_meter_new () };
  ThruMeterSample samples[2];

  g_assert_true (thru_router_connect (fixture->router, 1, 1, meters[0]));
  g_assert_true (thru_router_connect (fixture->router, 2, 1, meters[1]));
  fixture->synths[0].room = 0;
  thru_router_set_time (fixture->router, 1000 * 1000);
  play_at (fixture, 1, 1000, "\x90\x3c\x64\x80\x3c\x40\x90\x3e\x64");
  play_at (fixture, 2, 1000, "\x91\x40\x64");
  play_at (fixture, 1, 1200, "\x90\x41\x64");
  thru_router_disconnect (fixture->router, 2, 1, 1200 * 1000);
  g_assert_false (thru_router_flush (fixture->router, 1300 * 1000));
  fixture->synths[0].room = -1;
  g_assert_true (thru_router_flush (fixture->router, 1310 * 1000));
  g_assert_nonnull (strstr (fixture->synths[0].log->str, "90 41 64"));
  g_string_truncate (fixture->synths[0].log, 0);

  for (guint i = 0; i < 2; i++)
    {
      thru_meter_peek (meters[i], &samples[i]);
      thru_meter_unref (meters[i]);
    }
  g_assert_cmpuint (samples[0].late, ==, 2);
  g_assert_cmpuint (samples[1].late, ==, 1);
  g_assert_cmpuint (samples[0].lost + samples[1].lost, ==, 0);
}

static void
test_notes_that_wait_for_what_has_gone_are_lost (RouterFixture *fixture,
                                                 gconstpointer  data)
{
  ThruMeter *meter = thru_meter_new ();
  ThruMeterSample sample;

  g_assert_true (thru_router_connect (fixture->router, 1, 1, meter));
  fixture->synths[0].room = 0;
  play_at (fixture, 1, 1000, "\x90\x3c\x64\x80\x3c\x40\x90\x3e\x64");
  g_assert_true (thru_router_remove_destination (fixture->router, 1));
  thru_meter_peek (meter, &sample);
  g_assert_cmpuint (sample.lost, ==, 2);
  thru_meter_unref (meter);
}

static void
test_a_late_notes_end_leaves_anothers_alone (RouterFixture *fixture,
                                             gconstpointer  data)
{
  Synth *synth = &fixture->synths[0];

  patch (fixture, 1, 1);
  patch (fixture, 2, 1);
  play_at (fixture, 1, 1000, "\x90\x3c\x64");
  synth->room = 0;
  play_at (fixture, 2, 1001, "\x90\x3c\x64");
  g_assert_true (thru_router_flush (fixture->router, 1500 * 1000));
  play_at (fixture, 2, 1500, "\x80\x3c\x40");
  synth->room = -1;
  g_assert_true (thru_router_flush (fixture->router, 1500 * 1000));
  g_assert_cmpint (synth->held[0][60], ==, 1);

  /* Nor is there anything to settle when it is struck anew. */
  g_string_truncate (synth->log, 0);
  play_at (fixture, 2, 1600, "\x90\x3c\x64\x80\x3c\x40");
  assert_log (fixture, 1, "90 3c 64");
  play_at (fixture, 1, 1700, "\x80\x3c\x40");
  assert_log (fixture, 1, "80 3c 40, 80 3c 40");
}

static void
test_what_is_too_late_stays_behind_a_sysex (RouterFixture *fixture,
                                            gconstpointer  data)
{
  patch (fixture, 1, 1);
  fixture->synths[0].room = 0;
  play_at (fixture, 1, 1000, "\xf0\x01\x02\xf7\xc0\x05\x90\x3c\x64");
  g_assert_false (thru_router_flush (fixture->router, 2000 * 1000));
  fixture->synths[0].room = -1;
  g_assert_true (thru_router_flush (fixture->router, 2000 * 1000));
  assert_log (fixture, 1, "f0 01 02 f7, c0 05");
}

static void
test_a_full_queue_keeps_every_last_value (RouterFixture *fixture,
                                          gconstpointer  data)
{
  Synth *synth = &fixture->synths[0];

  patch (fixture, 1, 1);
  synth->room = 0;
  play_at (fixture, 1, 1, "\xf0\x01\xf7");
  for (guint i = 0; i < 20000; i++)
    {
      const char sweep[] = { '\xb0', (char) (1 + i % 5), (char) (1 + i % 127), '\0' };

      play_at (fixture, 1, 1, sweep);
    }
  play_at (fixture, 1, 1, "\xc0\x05\xe0\x01\x02\xd0\x03\xb0\x02\x7f\xfc\xfa");
  synth->room = -1;
  g_assert_true (thru_router_flush (fixture->router, 1));
  g_assert_nonnull (strstr (synth->log->str, "f0 01 f7"));
  g_assert_true (g_str_has_suffix (synth->log->str, "c0 05, e0 01 02, d0 03, b0 02 7f, fc, fa"));
  g_assert_cmpuint (synth->n_messages, <, 5000);
}

#define ADD(path, func) g_test_add ("/engine/router/" path, RouterFixture, NULL, router_set_up, func, router_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("what-is-refused-waits-in-order", test_what_is_refused_waits_in_order);
  ADD ("releases-reach-a-blocked-destination", test_releases_reach_a_blocked_destination);
  ADD ("a-full-queue-drops-and-counts-but-loses-no-end", test_a_full_queue_drops_and_counts_but_loses_no_end);
  ADD ("a-wheel-let-go-is-never-lost", test_a_wheel_let_go_is_never_lost);
  ADD ("a-dropped-note-does-not-end-anothers", test_a_dropped_note_does_not_end_anothers);
  ADD ("a-later-note-is-not-ended-by-a-waiting-end", test_a_later_note_is_not_ended_by_a_waiting_end);
  ADD ("what-waits-too-long-becomes-state", test_what_waits_too_long_becomes_state);
  ADD ("a-late-note-is-not-played", test_a_late_note_is_not_played);
  ADD ("notes-that-grew-late-count-at-their-routes", test_notes_that_grew_late_count_at_their_routes);
  ADD ("notes-that-wait-for-what-has-gone-are-lost", test_notes_that_wait_for_what_has_gone_are_lost);
  ADD ("a-late-notes-end-leaves-anothers-alone", test_a_late_notes_end_leaves_anothers_alone);
  ADD ("what-is-too-late-stays-behind-a-sysex", test_what_is_too_late_stays_behind_a_sysex);
  ADD ("a-full-queue-keeps-every-last-value", test_a_full_queue_keeps_every_last_value);
  ADD ("the-longest-sysex-waits-beside-short-messages", test_the_longest_sysex_waits_beside_short_messages);

  return g_test_run ();
}
