/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-router.h"

#include "thru-midi-ledger.h"
#include "thru-midi-message.h"

#include <glib.h>
#include <string.h>

/* A destination that notes down what it is sent and can be made to refuse. */
typedef struct
{
  GString       *log;  /* "90 3c 64, 80 3c 40" */
  guint          n_messages;
  gint           room; /* messages it still takes; -1: any number */
  guint          last_length;
  gint           held[16][128]; /* note-ons without their note-off, whatever else came */
  ThruMidiLedger ledger;
} Synth;

typedef struct
{
  ThruRouter *router;
  Synth       synths[2];
} Fixture;

static bool
synth_send (void          *user,
            const uint8_t *message,
            size_t         length,
            uint64_t       time_us)
{
  Synth *synth = user;

  if (synth->room == 0)
    return false;
  if (synth->room > 0)
    synth->room--;

  synth->n_messages++;
  synth->last_length = (guint)length;
  if (synth->log->len > 0)
    g_string_append (synth->log, ", ");
  for (size_t i = 0; i < MIN (length, 4); i++)
    g_string_append_printf (synth->log, i > 0 ? " %02x" : "%02x", message[i]);

  thru_midi_ledger_record (&synth->ledger, message, length);
  if (thru_midi_is_note_on (message, length))
    synth->held[message[0] & 0x0f][message[1]]++;
  else if (thru_midi_is_note_off (message, length))
    synth->held[message[0] & 0x0f][message[1]]--;
  return true;
}

/* Sources 1 and 2, destinations 1 and 2. */
static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->router = thru_router_new ();
  for (guint i = 0; i < 2; i++)
    {
      fixture->synths[i].log = g_string_new (NULL);
      fixture->synths[i].room = -1;
      thru_midi_ledger_init (&fixture->synths[i].ledger);
      g_assert_true (thru_router_add_source (fixture->router, i + 1, NULL));
      g_assert_true (thru_router_add_destination (fixture->router, i + 1, synth_send, &fixture->synths[i], NULL));
    }
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  thru_router_free (fixture->router);
  for (guint i = 0; i < 2; i++)
    g_string_free (fixture->synths[i].log, TRUE);
}

static void
play (Fixture    *fixture,
      guint       source,
      const char *octets,
      size_t      length)
{
  thru_router_input (fixture->router, source, 0, (const uint8_t *)octets, length);
}

#define PLAY(fixture, source, octets) play (fixture, source, octets, sizeof octets - 1)

static void
assert_log (Fixture    *fixture,
            guint       destination,
            const char *expected)
{
  GString *log = fixture->synths[destination - 1].log;

  g_assert_cmpstr (log->str, ==, expected);
  g_string_truncate (log, 0);
}

static void
connect (Fixture *fixture,
         guint    source,
         guint    destination)
{
  g_assert_true (thru_router_connect (fixture->router, source, destination, NULL));
}

static gint
synth_n_held (const Synth *synth)
{
  gint n = 0;

  for (guint channel = 0; channel < 16; channel++)
    for (guint note = 0; note < 128; note++)
      n += MAX (synth->held[channel][note], 0);
  return n;
}

static void
test_numbers_are_checked (Fixture      *fixture,
                          gconstpointer data)
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
test_everything_passes_unchanged (Fixture      *fixture,
                                  gconstpointer data)
{
  connect (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64\x3c\x00\xb0\x07\x64\xe0\x01\x02\xc3\x05\xd0\x06\xa0\x3c\x07\xf8\xfa\xfb\xfc\xf6\xf0\x7d\xf7\x80\x3c\x12");
  assert_log (fixture, 1, "90 3c 64, 90 3c 00, b0 07 64, e0 01 02, c3 05, d0 06, a0 3c 07, f8, fa, fb, fc, f6, f0 7d f7, 80 3c 12");
  assert_log (fixture, 2, "");
}

static void
test_active_sensing_is_not_forwarded (Fixture      *fixture,
                                      gconstpointer data)
{
  connect (fixture, 1, 1);
  PLAY (fixture, 1, "\xfe\x90\x3c\xfe\x64\xfe");
  assert_log (fixture, 1, "90 3c 64");
}

static void
test_one_source_reaches_all_its_destinations (Fixture      *fixture,
                                              gconstpointer data)
{
  connect (fixture, 1, 1);
  connect (fixture, 1, 2);
  PLAY (fixture, 1, "\x90\x3c\x64");
  assert_log (fixture, 1, "90 3c 64");
  assert_log (fixture, 2, "90 3c 64");
}

static void
test_disconnecting_releases_what_sounds (Fixture      *fixture,
                                         gconstpointer data)
{
  connect (fixture, 1, 1);
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
test_removing_a_source_releases_all_its_routes (Fixture      *fixture,
                                                gconstpointer data)
{
  connect (fixture, 1, 1);
  connect (fixture, 1, 2);
  PLAY (fixture, 1, "\x90\x3c\x64");
  g_assert_true (thru_router_remove_source (fixture->router, 1, 0));
  assert_log (fixture, 1, "90 3c 64, 80 3c 40, b0 7b 00");
  assert_log (fixture, 2, "90 3c 64, 80 3c 40, b0 7b 00");
}

static void
test_removing_a_destination_sends_nothing (Fixture      *fixture,
                                           gconstpointer data)
{
  connect (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64");
  g_assert_true (thru_router_remove_destination (fixture->router, 1));
  assert_log (fixture, 1, "90 3c 64");
  g_assert_cmpuint (thru_router_n_held (fixture->router), ==, 0);
  PLAY (fixture, 1, "\x80\x3c\x40");
  g_assert_true (thru_router_remove_source (fixture->router, 1, 0));
  assert_log (fixture, 1, "");
}

static void
test_a_gap_releases_and_forgets_the_unfinished (Fixture      *fixture,
                                                gconstpointer data)
{
  connect (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64\x90\x40");
  thru_router_input_gap (fixture->router, 1, 0);
  PLAY (fixture, 1, "\x64\x90\x41\x64");
  assert_log (fixture, 1, "90 3c 64, 80 3c 40, b0 7b 00, 90 41 64");
}

static void
test_panic_silences_every_channel (Fixture      *fixture,
                                   gconstpointer data)
{
  connect (fixture, 1, 1);
  PLAY (fixture, 1, "\x90\x3c\x64");
  thru_router_panic (fixture->router, 0);
  g_assert_true (g_str_has_prefix (fixture->synths[0].log->str, "90 3c 64, 80 3c 40, b0 7b 00, b0 78 00, b0 7b 00, b1 78"));
  g_assert_true (g_str_has_suffix (fixture->synths[0].log->str, "bf 78 00, bf 7b 00"));
  g_assert_cmpuint (fixture->synths[1].n_messages, ==, 32);
}

static void
test_panic_drops_the_notes_that_wait (Fixture      *fixture,
                                      gconstpointer data)
{
  connect (fixture, 1, 1);
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
test_panic_keeps_the_order_of_what_waits (Fixture      *fixture,
                                          gconstpointer data)
{
  connect (fixture, 1, 1);
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
test_a_shared_note_ends_with_its_last_holder (Fixture      *fixture,
                                              gconstpointer data)
{
  connect (fixture, 1, 1);
  connect (fixture, 2, 1);
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
test_a_shared_note_struck_anew_settles_what_is_owed (Fixture      *fixture,
                                                     gconstpointer data)
{
  connect (fixture, 1, 1);
  connect (fixture, 2, 1);
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
test_disconnecting_leaves_a_shared_note_to_the_other (Fixture      *fixture,
                                                      gconstpointer data)
{
  connect (fixture, 1, 1);
  connect (fixture, 2, 1);
  PLAY (fixture, 1, "\x90\x3c\x64\x90\x40\x64");
  PLAY (fixture, 2, "\x90\x3c\x50");
  g_string_truncate (fixture->synths[0].log, 0);
  thru_router_disconnect (fixture->router, 1, 1, 0);
  assert_log (fixture, 1, "80 40 40");
  thru_router_disconnect (fixture->router, 2, 1, 0);
  assert_log (fixture, 1, "80 3c 40, 80 3c 40, b0 7b 00");
}

static void
test_all_notes_off_ends_no_notes_of_others (Fixture      *fixture,
                                            gconstpointer data)
{
  connect (fixture, 1, 1);
  connect (fixture, 2, 1);
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
test_system_exclusives_never_interleave (Fixture      *fixture,
                                         gconstpointer data)
{
  connect (fixture, 1, 1);
  connect (fixture, 2, 1);
  PLAY (fixture, 1, "\xf0\x01");
  PLAY (fixture, 2, "\xf0\x02");
  PLAY (fixture, 1, "\x01\xf7");
  PLAY (fixture, 2, "\x02\xf7");
  assert_log (fixture, 1, "f0 01 01 f7, f0 02 02 f7");
}

static void
test_what_is_refused_waits_in_order (Fixture      *fixture,
                                     gconstpointer data)
{
  connect (fixture, 1, 1);
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
test_releases_reach_a_blocked_destination (Fixture      *fixture,
                                           gconstpointer data)
{
  connect (fixture, 1, 1);
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
test_a_full_queue_drops_and_counts_but_loses_no_end (Fixture      *fixture,
                                                     gconstpointer data)
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
test_a_wheel_let_go_is_never_lost (Fixture      *fixture,
                                   gconstpointer data)
{
  Synth *synth = &fixture->synths[0];

  connect (fixture, 1, 1);
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
test_a_dropped_note_does_not_end_anothers (Fixture      *fixture,
                                           gconstpointer data)
{
  Synth *synth = &fixture->synths[0];

  connect (fixture, 1, 1);
  connect (fixture, 2, 1);
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
test_a_later_note_is_not_ended_by_a_waiting_end (Fixture      *fixture,
                                                 gconstpointer data)
{
  Synth *synth = &fixture->synths[0];

  connect (fixture, 1, 1);
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
test_the_longest_sysex_waits_beside_short_messages (Fixture      *fixture,
                                                    gconstpointer data)
{
  g_autofree uint8_t *sysex = g_malloc0 (THRU_MIDI_SYSEX_MAX);
  Synth *synth = &fixture->synths[0];

  connect (fixture, 1, 1);
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
play_at (Fixture    *fixture,
         guint       source,
         guint64     time_ms,
         const char *octets)
{
  thru_router_input (fixture->router, source, time_ms * 1000, (const uint8_t *)octets, strlen (octets));
}

static void
test_what_waits_too_long_becomes_state (Fixture      *fixture,
                                        gconstpointer data)
{
  connect (fixture, 1, 1);
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
test_a_late_note_is_not_played (Fixture      *fixture,
                                gconstpointer data)
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
test_notes_that_grew_late_count_at_their_routes (Fixture      *fixture,
                                                 gconstpointer data)
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
test_notes_that_wait_for_what_has_gone_are_lost (Fixture      *fixture,
                                                 gconstpointer data)
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
test_a_late_notes_end_leaves_anothers_alone (Fixture      *fixture,
                                             gconstpointer data)
{
  Synth *synth = &fixture->synths[0];

  connect (fixture, 1, 1);
  connect (fixture, 2, 1);
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
test_what_is_too_late_stays_behind_a_sysex (Fixture      *fixture,
                                            gconstpointer data)
{
  connect (fixture, 1, 1);
  fixture->synths[0].room = 0;
  play_at (fixture, 1, 1000, "\xf0\x01\x02\xf7\xc0\x05\x90\x3c\x64");
  g_assert_false (thru_router_flush (fixture->router, 2000 * 1000));
  fixture->synths[0].room = -1;
  g_assert_true (thru_router_flush (fixture->router, 2000 * 1000));
  assert_log (fixture, 1, "f0 01 02 f7, c0 05");
}

static void
test_a_full_queue_keeps_every_last_value (Fixture      *fixture,
                                          gconstpointer data)
{
  Synth *synth = &fixture->synths[0];

  connect (fixture, 1, 1);
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

static void
test_meters_count_at_all_three_places (void)
{
  Synth synth = { .log = g_string_new (NULL), .room = -1 };
  ThruRouter *router = thru_router_new ();
  ThruMeter *meters[3];
  ThruMeterSample sample;

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
  g_string_free (synth.log, TRUE);
}

/* A random stream of whole and broken messages. */
static void
random_octets (GRand   *rand,
               uint8_t *octets,
               gsize    length)
{
  for (gsize i = 0; i < length; i++)
    {
      gint kind = g_rand_int_range (rand, 0, 20);

      if (kind < 6)
        octets[i] = (uint8_t)(0x80 | g_rand_int_range (rand, 0, 0x70));
      else if (kind == 6)
        octets[i] = (uint8_t)g_rand_int_range (rand, 0xf0, 0x100);
      else if (kind < 10)
        octets[i] = (uint8_t)(g_rand_boolean (rand) ? 64 : 123);
      else
        octets[i] = (uint8_t)g_rand_int_range (rand, 0, 128);
    }
}

static void
test_any_prefix_then_a_cut_leaves_nothing (void)
{
  for (guint seed = 1; seed <= 40; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      uint8_t octets[120];

      random_octets (rand, octets, sizeof octets);
      for (gsize length = 0; length <= sizeof octets; length++)
        {
          Fixture fixture = { 0 };

          set_up (&fixture, NULL);
          connect (&fixture, 1, 1);
          thru_router_input (fixture.router, 1, 0, octets, length);
          thru_router_input_gap (fixture.router, 1, 0);
          g_assert_false (thru_midi_ledger_is_sounding (&fixture.synths[0].ledger));
          g_assert_cmpuint (thru_router_n_held (fixture.router), ==, 0);
          tear_down (&fixture, NULL);
        }
    }
}

static void
test_cutting_octets_changes_nothing (void)
{
  for (guint seed = 1; seed <= 200; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      Fixture fixture = { 0 };
      uint8_t octets[500];

      set_up (&fixture, NULL);
      connect (&fixture, 1, 1);
      connect (&fixture, 2, 2);
      random_octets (rand, octets, sizeof octets);
      thru_router_input (fixture.router, 1, 0, octets, sizeof octets);
      for (gsize start = 0; start < sizeof octets;)
        {
          gsize length = (gsize) g_rand_int_range (rand, 1, 9);

          length = MIN (length, sizeof octets - start);

          thru_router_input (fixture.router, 2, 0, octets + start, length);
          start += length;
        }
      g_assert_cmpstr (fixture.synths[0].log->str, ==, fixture.synths[1].log->str);
      tear_down (&fixture, NULL);
    }
}

/* Two sources play the same few notes into one destination that refuses at random and for long. */
static void
test_random_refusals_leave_nothing_hanging (void)
{
  for (guint seed = 1; seed <= 100; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      Fixture fixture = { 0 };
      Synth *synth = &fixture.synths[0];
      guint keys[2][4] = { { 0 } };

      set_up (&fixture, NULL);
      connect (&fixture, 1, 1);
      connect (&fixture, 2, 1);
      for (guint i = 0; i < 8000; i++)
        {
          guint source = (guint)g_rand_int_range (rand, 0, 2);
          guint key = (guint)g_rand_int_range (rand, 0, 4);
          const uint8_t message[] = { keys[source][key] ? 0x80 : 0x90, (uint8_t)(60 + key), 64 };

          if (i % 500 == 0)
            synth->room = g_rand_int_range (rand, 0, 600) - 300;
          synth->room = MAX (synth->room, seed % 2 ? 0 : -1);
          thru_router_input (fixture.router, source + 1, i, message, sizeof message);
          keys[source][key] ^= 1;
          if (i % 7 == 0)
            thru_router_flush (fixture.router, i);
        }
      for (guint source = 0; source < 2; source++)
        for (guint key = 0; key < 4; key++)
          {
            const uint8_t off[] = { 0x80, (uint8_t)(60 + key), 64 };

            if (keys[source][key])
              thru_router_input (fixture.router, source + 1, 0, off, sizeof off);
          }
      synth->room = -1;
      g_assert_true (thru_router_flush (fixture.router, 0));
      g_assert_cmpint (synth_n_held (synth), ==, 0);
      g_assert_cmpuint (thru_router_n_held (fixture.router), ==, 0);
      tear_down (&fixture, NULL);
    }
}

#define ADD(path, func) g_test_add ("/engine/router/" path, Fixture, NULL, set_up, func, tear_down)

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
  g_test_add_func ("/engine/router/meters-count-at-all-three-places", test_meters_count_at_all_three_places);
  g_test_add_func ("/engine/router/any-prefix-then-a-cut-leaves-nothing", test_any_prefix_then_a_cut_leaves_nothing);
  g_test_add_func ("/engine/router/cutting-octets-changes-nothing", test_cutting_octets_changes_nothing);
  g_test_add_func ("/engine/router/random-refusals-leave-nothing-hanging", test_random_refusals_leave_nothing_hanging);

  return g_test_run ();
}
