/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "router-fixture.h"

#include "thru-midi-message.h"

#include <string.h>

static void
test_numbers_are_checked (RouterFixture *fixture,
                          gconstpointer  data)
{
  ThruRouter *router = fixture->router;

  g_assert_false (thru_router_add_source (router, 0, NULL));
  g_assert_false (thru_router_add_source (router, 1, NULL));
  g_assert_false (thru_router_remove_source (router, 9, 0));
  g_assert_false (thru_router_add_destination (router, 2, synth_send, NULL, NULL));
  g_assert_false (thru_router_remove_destination (router, 9));
  g_assert_false (thru_router_connect (router, 9, 1, NULL));
  g_assert_false (thru_router_connect (router, 1, 9, NULL));
  g_assert_true (thru_router_connect (router, 1, 1, NULL));
  g_assert_false (thru_router_connect (router, 1, 1, NULL));
  g_assert_true (thru_router_disconnect (router, 1, 1, 0));
  g_assert_false (thru_router_disconnect (router, 1, 1, 0));
}

static void
test_everything_passes_unchanged (RouterFixture *fixture,
                                  gconstpointer  data)
{
  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64\x3c\x00\xb0\x07\x64\xe0\x01\x02\xc3\x05\xd0\x06\xa0\x3c\x07\xf8\xfa\xfb\xfc\xf6\xf0\x7d\xf7\x80\x3c\x12");
  assert_log (fixture, 1, "90 3c 64, 90 3c 00, b0 07 64, e0 01 02, c3 05, d0 06, a0 3c 07, f8, fa, fb, fc, f6, f0 7d f7, 80 3c 12");
  assert_log (fixture, 2, "");
}

static void
test_active_sensing_is_not_forwarded (RouterFixture *fixture,
                                      gconstpointer  data)
{
  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\xfe\x90\x3c\xfe\x64\xfe");
  assert_log (fixture, 1, "90 3c 64");
}

static void
test_one_source_reaches_all_its_destinations (RouterFixture *fixture,
                                              gconstpointer  data)
{
  patch (fixture, 1, 1);
  patch (fixture, 1, 2);
  PLAY (fixture, 1, "\x90\x3c\x64");
  assert_log (fixture, 1, "90 3c 64");
  assert_log (fixture, 2, "90 3c 64");
}

static void
test_disconnecting_releases_what_sounds (RouterFixture *fixture,
                                         gconstpointer  data)
{
  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\x91\x3c\x64\xb1\x40\x7f\xe1\x00\x50");
  g_assert_cmpuint (thru_router_n_held (fixture->router), ==, 1);
  assert_log (fixture, 1, "91 3c 64, b1 40 7f, e1 00 50");
  thru_router_disconnect (fixture->router, 1, 1, 0);
  assert_log (fixture, 1, "81 3c 40, b1 40 00, e1 00 40, b1 7b 00");
  g_assert_cmpuint (thru_router_n_held (fixture->router), ==, 0);
  PLAY (fixture, 1, "\x91\x3c\x64");
  assert_log (fixture, 1, "");
}

static void
test_removing_a_source_releases_all_its_routes (RouterFixture *fixture,
                                                gconstpointer  data)
{
  patch (fixture, 1, 1);
  patch (fixture, 1, 2);
  PLAY (fixture, 1, "\x90\x3c\x64");
  g_assert_true (thru_router_remove_source (fixture->router, 1, 0));
  assert_log (fixture, 1, "90 3c 64, 80 3c 40, b0 7b 00");
  assert_log (fixture, 2, "90 3c 64, 80 3c 40, b0 7b 00");
}

static void
test_removing_a_destination_sends_nothing (RouterFixture *fixture,
                                           gconstpointer  data)
{
  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64");
  g_assert_true (thru_router_remove_destination (fixture->router, 1));
  assert_log (fixture, 1, "90 3c 64");
  g_assert_cmpuint (thru_router_n_held (fixture->router), ==, 0);
  PLAY (fixture, 1, "\x80\x3c\x40");
  g_assert_true (thru_router_remove_source (fixture->router, 1, 0));
  assert_log (fixture, 1, "");
}

static void
test_a_gap_releases_and_forgets_the_unfinished (RouterFixture *fixture,
                                                gconstpointer  data)
{
  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64\x90\x40");
  thru_router_input_gap (fixture->router, 1, 0);
  PLAY (fixture, 1, "\x64\x90\x41\x64");
  assert_log (fixture, 1, "90 3c 64, 80 3c 40, b0 7b 00, 90 41 64");
}

static void
test_panic_silences_every_channel (RouterFixture *fixture,
                                   gconstpointer  data)
{
  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64");
  thru_router_panic (fixture->router, 0);
  g_assert_true (g_str_has_prefix (fixture->synths[0].log->str, "90 3c 64, 80 3c 40, b0 7b 00, b0 78 00, b0 7b 00, b1 78"));
  g_assert_true (g_str_has_suffix (fixture->synths[0].log->str, "bf 78 00, bf 7b 00"));
  g_assert_cmpuint (fixture->synths[1].n_messages, ==, 32);
}

static void
test_panic_drops_the_notes_that_wait (RouterFixture *fixture,
                                      gconstpointer  data)
{
  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64");
  fixture->synths[0].room = 0;
  PLAY (fixture, 1, "\x80\x3c\x40\x90\x40\x64");
  thru_router_panic (fixture->router, 0);
  fixture->synths[0].room = -1;
  g_assert_true (thru_router_flush (fixture->router, 0));
  g_assert_null (strstr (fixture->synths[0].log->str, "90 40 64"));
  g_assert_nonnull (strstr (fixture->synths[0].log->str, "80 3c 40"));
  g_assert_cmpint (synth_n_held (&fixture->synths[0]), ==, 0);
}

static void
test_panic_keeps_the_order_of_what_waits (RouterFixture *fixture,
                                          gconstpointer  data)
{
  patch (fixture, 1, 1);
  PLAY (fixture, 1, "\xb0\x40\x7f");
  fixture->synths[0].room = 0;
  for (guint i = 0; i < 10000; i++)
    PLAY (fixture, 1, "\xb0\x40\x05");
  PLAY (fixture, 1, "\xb0\x40\x00");
  thru_router_panic (fixture->router, 0);
  fixture->synths[0].room = -1;
  g_assert_true (thru_router_flush (fixture->router, 0));
  g_assert_false (thru_midi_ledger_is_sounding (&fixture->synths[0].ledger));
}

static void
test_a_shared_note_ends_with_its_last_holder (RouterFixture *fixture,
                                              gconstpointer  data)
{
  patch (fixture, 1, 1);
  patch (fixture, 2, 1);
  PLAY (fixture, 1, "\x90\x3c\x64");
  PLAY (fixture, 2, "\x90\x3c\x50");
  PLAY (fixture, 1, "\x80\x3c\x11");
  assert_log (fixture, 1, "90 3c 64, 90 3c 50");
  PLAY (fixture, 2, "\x80\x3c\x22");
  assert_log (fixture, 1, "80 3c 22, 80 3c 40");
  PLAY (fixture, 2, "\x90\x3c\x50\x80\x3c\x22");
  assert_log (fixture, 1, "90 3c 50, 80 3c 22");
}

static void
test_a_shared_note_struck_anew_settles_what_is_owed (RouterFixture *fixture,
                                                     gconstpointer  data)
{
  patch (fixture, 1, 1);
  patch (fixture, 2, 1);
  PLAY (fixture, 1, "\x90\x3c\x64");
  PLAY (fixture, 2, "\x90\x3c\x50");
  PLAY (fixture, 1, "\x80\x3c\x11");
  assert_log (fixture, 1, "90 3c 64, 90 3c 50");
  PLAY (fixture, 1, "\x90\x3c\x30");
  assert_log (fixture, 1, "80 3c 40, 90 3c 30");
  PLAY (fixture, 2, "\x80\x3c\x22");
  PLAY (fixture, 1, "\x80\x3c\x11");
  assert_log (fixture, 1, "80 3c 11, 80 3c 40");
}

static void
test_disconnecting_leaves_a_shared_note_to_the_other (RouterFixture *fixture,
                                                      gconstpointer  data)
{
  patch (fixture, 1, 1);
  patch (fixture, 2, 1);
  PLAY (fixture, 1, "\x90\x3c\x64\x90\x40\x64");
  PLAY (fixture, 2, "\x90\x3c\x50");
  g_string_truncate (fixture->synths[0].log, 0);
  thru_router_disconnect (fixture->router, 1, 1, 0);
  assert_log (fixture, 1, "80 40 40");
  thru_router_disconnect (fixture->router, 2, 1, 0);
  assert_log (fixture, 1, "80 3c 40, 80 3c 40, b0 7b 00");
}

static void
test_all_notes_off_ends_no_notes_of_others (RouterFixture *fixture,
                                            gconstpointer  data)
{
  patch (fixture, 1, 1);
  patch (fixture, 2, 1);
  PLAY (fixture, 1, "\x90\x3c\x64\x90\x40\x64");
  PLAY (fixture, 2, "\x90\x3c\x50");
  g_string_truncate (fixture->synths[0].log, 0);
  PLAY (fixture, 1, "\xb0\x7b\x00");
  assert_log (fixture, 1, "80 40 40");
  PLAY (fixture, 2, "\xb0\x7b\x00");
  assert_log (fixture, 1, "b0 7b 00, 80 3c 40");
  PLAY (fixture, 1, "\xb0\x78\x00");
  assert_log (fixture, 1, "b0 78 00");
}

static void
test_system_exclusives_never_interleave (RouterFixture *fixture,
                                         gconstpointer  data)
{
  patch (fixture, 1, 1);
  patch (fixture, 2, 1);
  PLAY (fixture, 1, "\xf0\x01");
  PLAY (fixture, 2, "\xf0\x02");
  PLAY (fixture, 1, "\x01\xf7");
  PLAY (fixture, 2, "\x02\xf7");
  assert_log (fixture, 1, "f0 01 01 f7, f0 02 02 f7");
}

static void
test_meters_count_at_all_three_places (void)
{
  Synth synth;
  ThruRouter *router = thru_router_new ();
  ThruMeter *meters[3];
  ThruMeterSample sample;

  synth_init (&synth);
  for (guint i = 0; i < 3; i++)
    meters[i] = thru_meter_new ();
  thru_router_add_source (router, 1, meters[0]);
  thru_router_add_destination (router, 1, synth_send, &synth, meters[1]);
  thru_router_connect (router, 1, 1, meters[2]);
  thru_router_input (router, 1, 0, (const uint8_t *)"\x90\x3c\x64\xf8", 4);
  for (guint i = 0; i < 3; i++)
    {
      thru_meter_sample (meters[i], &sample);
      g_assert_cmpuint (sample.messages, ==, 1);
      g_assert_cmpuint (sample.realtime, ==, 1);
      g_assert_cmpuint (sample.peak, ==, 100);
    }

  thru_router_input (router, 1, 0, (const uint8_t *)"\xf0\x01\x90\x3c\x00", 5);
  thru_meter_sample (meters[0], &sample);
  g_assert_cmpuint (sample.lost, ==, 1);

  thru_router_free (router);
  for (guint i = 0; i < 3; i++)
    thru_meter_unref (meters[i]);
  synth_clear (&synth);
}

#define ADD(path, func) g_test_add ("/engine/router/" path, RouterFixture, NULL, router_set_up, func, router_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("numbers-are-checked", test_numbers_are_checked);
  ADD ("everything-passes-unchanged", test_everything_passes_unchanged);
  ADD ("active-sensing-is-not-forwarded", test_active_sensing_is_not_forwarded);
  ADD ("one-source-reaches-all-its-destinations", test_one_source_reaches_all_its_destinations);
  ADD ("disconnecting-releases-what-sounds", test_disconnecting_releases_what_sounds);
  ADD ("removing-a-source-releases-all-its-routes", test_removing_a_source_releases_all_its_routes);
  ADD ("removing-a-destination-sends-nothing", test_removing_a_destination_sends_nothing);
  ADD ("a-gap-releases-and-forgets-the-unfinished", test_a_gap_releases_and_forgets_the_unfinished);
  ADD ("panic-silences-every-channel", test_panic_silences_every_channel);
  ADD ("panic-drops-the-notes-that-wait", test_panic_drops_the_notes_that_wait);
  ADD ("panic-keeps-the-order-of-what-waits", test_panic_keeps_the_order_of_what_waits);
  ADD ("a-shared-note-ends-with-its-last-holder", test_a_shared_note_ends_with_its_last_holder);
  ADD ("a-shared-note-struck-anew-settles-what-is-owed", test_a_shared_note_struck_anew_settles_what_is_owed);
  ADD ("disconnecting-leaves-a-shared-note-to-the-other", test_disconnecting_leaves_a_shared_note_to_the_other);
  ADD ("all-notes-off-ends-no-notes-of-others", test_all_notes_off_ends_no_notes_of_others);
  ADD ("system-exclusives-never-interleave", test_system_exclusives_never_interleave);
  g_test_add_func ("/engine/router/meters-count-at-all-three-places", test_meters_count_at_all_three_places);

  return g_test_run ();
}
