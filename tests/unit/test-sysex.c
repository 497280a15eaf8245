/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "router-fixture.h"

#include <string.h>

#define N_SOURCES 9

typedef struct
{
  ThruRouter     *router;
  ThruMeter      *meter;   /* of the first destination */
  ThruMeter      *source_meter;
  Synth           synths[2];
  ThruSysexReport reports[64];
  guint           n_reports;
  guint64         now_us;
} Fixture;

static void
report_cb (void                  *user,
           const ThruSysexReport *report)
{
  Fixture *fixture = user;

  if (report->state != THRU_SYSEX_PROGRESS && fixture->n_reports < G_N_ELEMENTS (fixture->reports))
    fixture->reports[fixture->n_reports++] = *report;
}

/* All sources play the first synth; the first plays the second as well. */
static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->router = thru_router_new ();
  fixture->meter = thru_meter_new ();
  fixture->source_meter = thru_meter_new ();
  fixture->now_us = G_USEC_PER_SEC;
  thru_router_set_time (fixture->router, fixture->now_us);
  thru_router_set_sysex_report (fixture->router, report_cb, fixture);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->synths); i++)
    {
      synth_init (&fixture->synths[i]);
      thru_router_add_destination (fixture->router, i + 1, synth_send, &fixture->synths[i], i == 0 ? fixture->meter : NULL);
      thru_router_set_sysex (fixture->router, i + 1, &synth_sysex_funcs, THRU_MIDI_SYSEX_MAX);
    }
  for (guint i = 1; i <= N_SOURCES; i++)
    {
      thru_router_add_source (fixture->router, i, fixture->source_meter);
      thru_router_connect (fixture->router, i, 1, NULL);
    }
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  thru_router_free (fixture->router);
  thru_meter_unref (fixture->meter);
  thru_meter_unref (fixture->source_meter);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->synths); i++)
    synth_clear (&fixture->synths[i]);
}

static GByteArray *
make_sysex (gsize length,
            guint seed)
{
  GByteArray *sysex = g_byte_array_sized_new ((guint)length);

  g_byte_array_set_size (sysex, (guint)length);
  for (gsize i = 0; i < length; i++)
    sysex->data[i] = (guint8)((i * 7 + i / 128 + seed) & 0x7f);
  sysex->data[0] = 0xf0;
  sysex->data[length - 1] = 0xf7;
  return sysex;
}

static void
play_now (Fixture      *fixture,
          guint         source,
          gconstpointer octets,
          gsize         length)
{
  thru_router_input (fixture->router, source, fixture->now_us, octets, length);
}

static void
play_in_chunks (Fixture          *fixture,
                guint             source,
                const GByteArray *sysex,
                gsize             chunk)
{
  for (gsize at = 0; at < sysex->len; at += chunk)
    play_now (fixture, source, sysex->data + at, MIN (chunk, sysex->len - at));
}

static gsize
get_budget_used (Fixture *fixture)
{
  return thru_router_get_sysex_budget (fixture->router)->used;
}

static void
assert_octets (Synth        *synth,
               gconstpointer octets,
               gsize         length)
{
  g_assert_cmpmem (synth->octets->data, synth->octets->len, octets, length);
  g_byte_array_set_size (synth->octets, 0);
}

static void
assert_report (Fixture       *fixture,
               guint          i,
               ThruSysexState state)
{
  g_assert_cmpuint (fixture->n_reports, >, i);
  g_assert_cmpint (fixture->reports[i].state, ==, state);
}

static void
assert_lost (ThruMeter *meter,
             guint      n)
{
  ThruMeterSample sample;

  thru_meter_sample (meter, &sample);
  g_assert_cmpuint (sample.lost, ==, n);
}

static void
test_every_length (Fixture      *fixture,
                   gconstpointer data)
{
  static const gsize lengths[] = {
    2, 3, 255, 256, 257, 1023, 1024, 1025, 8192, 8193, 16379, 16380, 65535, 65536, 65537, THRU_MIDI_SYSEX_MAX - 1,
    THRU_MIDI_SYSEX_MAX,
  };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr(GByteArray) sysex = make_sysex (lengths[i], i);

      play_in_chunks (fixture, 1, sysex, 1000);
      g_assert_true (thru_router_flush (fixture->router, fixture->now_us));
      assert_octets (&fixture->synths[0], sysex->data, sysex->len);
      g_assert_cmpuint (get_budget_used (fixture), ==, 0);
    }
  assert_lost (fixture->meter, 0);
}

static void
test_too_long (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (THRU_MIDI_SYSEX_MAX + 1, 0);

  play_in_chunks (fixture, 1, sysex, 1000);
  play_now (fixture, 1, "\x90\x3c\x64", 3);
  assert_octets (&fixture->synths[0], "\x90\x3c\x64", 3);
  g_assert_cmpuint (fixture->n_reports, ==, 1);
  assert_report (fixture, 0, THRU_SYSEX_TOO_LONG);
  assert_lost (fixture->source_meter, 1);
  g_assert_cmpuint (get_budget_used (fixture), ==, 0);
}

static void
test_longer_than_the_destination_takes (Fixture      *fixture,
                                        gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (65537, 0);

  thru_router_set_sysex (fixture->router, 1, &synth_sysex_funcs, 65536);
  play_in_chunks (fixture, 1, sysex, 1000);
  assert_octets (&fixture->synths[0], "", 0);
  assert_report (fixture, 0, THRU_SYSEX_TOO_LONG);
  g_assert_cmpuint (fixture->reports[0].destination, ==, 1);
  g_assert_cmpuint (fixture->reports[0].length, ==, 65537);
  assert_lost (fixture->meter, 1);
}

static void
end_by_status (Fixture *fixture)
{
  play_now (fixture, 1, "\xc0\x05", 2);
}

static void
end_by_gap (Fixture *fixture)
{
  thru_router_input_gap (fixture->router, 1, fixture->now_us);
}

static void
end_by_silence (Fixture *fixture)
{
  g_assert_cmpuint (thru_router_deadline (fixture->router), ==, fixture->now_us + THRU_ROUTER_SYSEX_SILENCE_US);
  fixture->now_us += THRU_ROUTER_SYSEX_SILENCE_US;
  thru_router_flush (fixture->router, fixture->now_us);
  g_assert_cmpuint (thru_router_deadline (fixture->router), ==, G_MAXUINT64);
}

static void
end_by_removal (Fixture *fixture)
{
  thru_router_remove_source (fixture->router, 1, fixture->now_us);
  thru_router_add_source (fixture->router, 1, fixture->source_meter);
  thru_router_connect (fixture->router, 1, 1, NULL);
}

/* Whatever the cut, wherever it is: nothing of it arrives, it is told, and what comes then is as ever. */
static void
test_cut_anywhere (Fixture      *fixture,
                   gconstpointer data)
{
  void (*const ends[]) (Fixture *) = { end_by_status, end_by_gap, end_by_silence, end_by_removal };
  g_autoptr(GByteArray) sysex = make_sysex (5000, 3);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      for (gsize at = 1; at < sysex->len; at += SYNTH_PIECE)
        {
          fixture->n_reports = 0;
          play_now (fixture, 1, sysex->data, at);
          ends[i] (fixture);
          assert_report (fixture, 0, THRU_SYSEX_CUT_SHORT);
          play_now (fixture, 1, "\x05\xf7\x90\x3c\x64", 5);
          g_assert_cmpmem (fixture->synths[0].octets->data + fixture->synths[0].octets->len - 3, 3, "\x90\x3c\x64", 3);
          g_assert_null (memchr (fixture->synths[0].octets->data, 0xf0, fixture->synths[0].octets->len));
          g_byte_array_set_size (fixture->synths[0].octets, 0);
          g_assert_cmpuint (get_budget_used (fixture), ==, 0);
        }
    }
}

static void
test_two_sources_do_not_mix (Fixture      *fixture,
                             gconstpointer data)
{
  g_autoptr(GByteArray) first = make_sysex (5000, 1);
  g_autoptr(GByteArray) second = make_sysex (6000, 2);
  g_autoptr(GByteArray) both = g_byte_array_new ();

  fixture->synths[0].piece_room = 0;
  for (gsize at = 0; at < second->len; at += 100)
    {
      play_now (fixture, 1, first->data + MIN (at, first->len), MIN (100, first->len - MIN (at, first->len)));
      play_now (fixture, 2, second->data + at, MIN (100, second->len - at));
      fixture->synths[0].piece_room += 70;
      thru_router_flush (fixture->router, fixture->now_us);
    }
  fixture->synths[0].piece_room = SYNTH_ALL;
  g_assert_true (thru_router_flush (fixture->router, fixture->now_us));

  g_byte_array_append (both, first->data, first->len);
  g_byte_array_append (both, second->data, second->len);
  assert_octets (&fixture->synths[0], both->data, both->len);
}

static void
test_only_realtime_comes_between (Fixture      *fixture,
                                  gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (2000, 1);

  fixture->synths[0].piece_room = 500;
  play_now (fixture, 1, sysex->data, sysex->len);
  play_now (fixture, 2, "\x90\x3c\x64", 3);
  play_now (fixture, 2, "\xf8", 1);
  g_assert_cmpuint (fixture->synths[0].octets->len, ==, 501);
  g_assert_cmphex (fixture->synths[0].octets->data[500], ==, 0xf8);
  fixture->synths[0].piece_room = SYNTH_ALL;
  g_assert_true (thru_router_flush (fixture->router, fixture->now_us));
  g_assert_cmpuint (fixture->synths[0].octets->len, ==, 2004);
  g_assert_cmpmem (fixture->synths[0].octets->data + 2001, 3, "\x90\x3c\x64", 3);
}

static void
test_stop_is_not_overtaken (Fixture      *fixture,
                            gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (2000, 1);

  fixture->synths[0].piece_room = 500;
  play_now (fixture, 1, sysex->data, sysex->len);
  fixture->synths[0].room = 0;
  play_now (fixture, 2, "\xfa\xf8", 2);
  fixture->synths[0].room = -1;
  play_now (fixture, 2, "\xf8\xfc", 2);
  fixture->synths[0].piece_room = SYNTH_ALL;
  g_assert_true (thru_router_flush (fixture->router, fixture->now_us));
  g_assert_cmpuint (fixture->synths[0].octets->len, ==, 2003);
  g_assert_cmphex (fixture->synths[0].octets->data[500], ==, 0xf8);
  g_assert_cmpmem (fixture->synths[0].octets->data + 2001, 2, "\xfa\xfc", 2);
}

static void
test_notes_that_waited_too_long_are_not_played (Fixture      *fixture,
                                                gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (2000, 1);
  ThruMeterSample sample;

  fixture->synths[0].piece_room = 500;
  play_now (fixture, 1, sysex->data, sysex->len);
  play_now (fixture, 2, "\x90\x3c\x64\xb0\x07\x50\x80\x3c\x40", 9);
  fixture->now_us += 10 * G_USEC_PER_SEC;
  fixture->synths[0].piece_room = SYNTH_ALL;
  g_assert_true (thru_router_flush (fixture->router, fixture->now_us));
  g_assert_cmpuint (fixture->synths[0].octets->len, ==, 2003);
  g_assert_cmpmem (fixture->synths[0].octets->data + 2000, 3, "\xb0\x07\x50", 3);
  thru_meter_sample (fixture->meter, &sample);
  g_assert_cmpuint (sample.late, ==, 1);
}

static void
test_what_sounds_ends_before_a_slow_one (Fixture      *fixture,
                                         gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (2000, 1);
  static const guint8 expected[] = { 0x90, 60, 100, 0xb0, 64, 127, 0x80, 60, 64, 0xb0, 64, 0 };

  fixture->synths[0].is_slow = TRUE;
  play_now (fixture, 2, "\x90\x3c\x64\xb0\x40\x7f", 6);
  play_now (fixture, 1, sysex->data, sysex->len);
  g_assert_cmpmem (fixture->synths[0].octets->data, sizeof expected, expected, sizeof expected);
  g_assert_cmpmem (fixture->synths[0].octets->data + sizeof expected, 2000, sysex->data, sysex->len);
}

static void
test_what_is_cancelled_ends_at_once (Fixture      *fixture,
                                     gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (2000, 1);

  fixture->synths[0].piece_room = 500;
  g_assert_false (thru_router_cancel_sysex (fixture->router, 1));
  play_now (fixture, 1, sysex->data, sysex->len);
  play_now (fixture, 2, "\x90\x3c\x64", 3);
  fixture->synths[0].may_break = FALSE;
  g_assert_true (thru_router_cancel_sysex (fixture->router, 1));
  assert_report (fixture, 1, THRU_SYSEX_CANCELLED);
  g_assert_cmpuint (fixture->reports[1].at, ==, 500);

  /* Asked again until it is done, and nothing else before. */
  g_assert_false (thru_router_flush (fixture->router, fixture->now_us));
  fixture->synths[0].may_break = TRUE;
  g_assert_true (thru_router_flush (fixture->router, fixture->now_us));
  g_assert_cmpuint (fixture->synths[0].n_broken, ==, 1);
  g_assert_cmpuint (fixture->synths[0].octets->len, ==, 504);
  g_assert_cmpmem (fixture->synths[0].octets->data + 500, 4, "\xf7\x90\x3c\x64", 4);
  assert_lost (fixture->meter, 1);
  g_assert_cmpuint (get_budget_used (fixture), ==, 0);
}

static void
test_a_route_that_ends_finishes_what_it_began (Fixture      *fixture,
                                               gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (2000, 1);

  fixture->synths[0].piece_room = 500;
  play_now (fixture, 1, sysex->data, sysex->len);
  play_now (fixture, 1, sysex->data, sysex->len);
  thru_router_disconnect (fixture->router, 1, 1, fixture->now_us);
  fixture->synths[0].piece_room = SYNTH_ALL;
  g_assert_true (thru_router_flush (fixture->router, fixture->now_us));
  assert_octets (&fixture->synths[0], sysex->data, sysex->len);
  assert_lost (fixture->meter, 1);
}

static void
test_panic_cuts_it (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (2000, 1);

  fixture->synths[0].piece_room = 500;
  play_now (fixture, 1, sysex->data, sysex->len);
  play_now (fixture, 2, sysex->data, sysex->len);
  thru_router_panic (fixture->router, fixture->now_us);
  g_assert_true (thru_router_flush (fixture->router, fixture->now_us));
  g_assert_cmphex (fixture->synths[0].octets->data[500], ==, 0xf7);
  g_assert_cmphex (fixture->synths[0].octets->data[501], ==, 0xb0);
  assert_lost (fixture->meter, 2);
}

static void
test_memory_is_bounded (Fixture      *fixture,
                        gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (THRU_MIDI_SYSEX_MAX, 1);

  for (guint i = 1; i <= N_SOURCES; i++)
    play_now (fixture, i, sysex->data, sysex->len - 1);
  g_assert_cmpuint (get_budget_used (fixture), ==, THRU_ROUTER_SYSEX_OCTETS);
  g_assert_cmpuint (fixture->n_reports, ==, 1);
  assert_report (fixture, 0, THRU_SYSEX_NO_ROOM);
  g_assert_cmpuint (fixture->reports[0].source, ==, N_SOURCES);

  /* Two wait, as many as one destination may keep; the others come to nothing. */
  fixture->synths[0].piece_room = 0;
  for (guint i = 1; i <= N_SOURCES; i++)
    play_now (fixture, i, "\xf7", 1);
  g_assert_cmpuint (get_budget_used (fixture), ==, 3 * THRU_MIDI_SYSEX_MAX);
  fixture->synths[0].piece_room = SYNTH_ALL;
  g_assert_true (thru_router_flush (fixture->router, fixture->now_us));
  g_assert_cmpuint (fixture->synths[0].octets->len, ==, 3 * THRU_MIDI_SYSEX_MAX);
  g_assert_cmpuint (get_budget_used (fixture), ==, 0);
}

static void
test_several_destinations_share_it (Fixture      *fixture,
                                    gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (THRU_MIDI_SYSEX_MAX, 1);

  thru_router_connect (fixture->router, 1, 2, NULL);
  fixture->synths[0].piece_room = fixture->synths[1].piece_room = 1000;
  play_now (fixture, 1, sysex->data, sysex->len);
  g_assert_cmpuint (get_budget_used (fixture), ==, THRU_MIDI_SYSEX_MAX);
  fixture->synths[0].piece_room = fixture->synths[1].piece_room = SYNTH_ALL;
  g_assert_true (thru_router_flush (fixture->router, fixture->now_us));
  assert_octets (&fixture->synths[0], sysex->data, sysex->len);
  assert_octets (&fixture->synths[1], sysex->data, sysex->len);
}

static void
test_a_destination_that_goes_reports_it (Fixture      *fixture,
                                         gconstpointer data)
{
  g_autoptr(GByteArray) sysex = make_sysex (2000, 1);

  fixture->synths[0].piece_room = 500;
  play_now (fixture, 1, sysex->data, sysex->len);
  play_now (fixture, 2, sysex->data, sysex->len);
  thru_router_remove_destination (fixture->router, 1);
  g_assert_cmpuint (fixture->n_reports, ==, 3);
  assert_report (fixture, 1, THRU_SYSEX_GONE);
  assert_report (fixture, 2, THRU_SYSEX_GONE);
  g_assert_cmpuint (get_budget_used (fixture), ==, 0);
}

#define ADD(name, func) g_test_add ("/engine/sysex/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("every-length-arrives-unchanged", test_every_length);
  ADD ("one-octet-too-many-is-refused-whole", test_too_long);
  ADD ("longer-than-the-destination-takes-is-refused", test_longer_than_the_destination_takes);
  ADD ("one-that-is-cut-anywhere-leaves-nothing", test_cut_anywhere);
  ADD ("two-sources-do-not-mix", test_two_sources_do_not_mix);
  ADD ("only-realtime-comes-between", test_only_realtime_comes_between);
  ADD ("a-start-that-waits-is-not-overtaken", test_stop_is_not_overtaken);
  ADD ("notes-that-waited-too-long-are-not-played", test_notes_that_waited_too_long_are_not_played);
  ADD ("what-sounds-ends-before-a-slow-one", test_what_sounds_ends_before_a_slow_one);
  ADD ("what-is-cancelled-ends-at-once", test_what_is_cancelled_ends_at_once);
  ADD ("a-route-that-ends-finishes-what-it-began", test_a_route_that_ends_finishes_what_it_began);
  ADD ("panic-cuts-it", test_panic_cuts_it);
  ADD ("memory-is-bounded", test_memory_is_bounded);
  ADD ("several-destinations-share-it", test_several_destinations_share_it);
  ADD ("a-destination-that-goes-reports-it", test_a_destination_that_goes_reports_it);

  return g_test_run ();
}
