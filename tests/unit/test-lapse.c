/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-lapse.h"
#include "thru-router.h"

#include <glib.h>

#define MS 1000u
#define START (1000u * MS)
#define SOURCE 1
#define SYNTH 1
#define NOTE_ON "\x90\x3c\x64"
#define NOTE_OFF "\x80\x3c\x40"

typedef struct
{
  ThruRouter *router;
  ThruMeter  *route;
  GString    *played;
  guint32     n_late;
  guint64     now_us;
} Fixture;

static bool
synth_send (void          *user,
            const uint8_t *message,
            size_t         length,
            uint64_t       time_us)
{
  GString *played = user;

  for (size_t i = 0; i < length; i++)
    g_string_append_printf (played, "%s%02x", i > 0 ? " " : played->len > 0 ? ", " : "", message[i]);
  return true;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->router = thru_router_new ();
  fixture->route = thru_meter_new ();
  fixture->played = g_string_new (NULL);
  fixture->now_us = START;
  g_assert_true (thru_router_add_source (fixture->router, SOURCE, NULL));
  g_assert_true (thru_router_add_destination (fixture->router, SYNTH, synth_send, fixture->played, NULL));
  g_assert_true (thru_router_connect (fixture->router, SOURCE, SYNTH, fixture->route));
  g_assert_true (thru_router_doubt_source (fixture->router, SOURCE, THRU_ROUTER_DOUBT_STREAM));
  thru_router_flush (fixture->router, START);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  thru_router_free (fixture->router);
  thru_meter_unref (fixture->route);
  g_string_free (fixture->played, TRUE);
}

/* The program runs as it promised to. */
static void
run_for (Fixture *fixture,
         guint64  us)
{
  guint64 until_us = fixture->now_us + us;

  while (thru_router_deadline (fixture->router) <= until_us)
    {
      fixture->now_us = MAX (fixture->now_us, thru_router_deadline (fixture->router));
      thru_router_flush (fixture->router, fixture->now_us);
    }
  fixture->now_us = until_us;
}

static void
stand_still (Fixture *fixture,
             guint64  us)
{
  fixture->now_us += us;
}

/* The MIDI system gives it a time of now. */
static void
play_octets (Fixture    *fixture,
             const char *octets,
             gsize       length)
{
  thru_router_set_time (fixture->router, fixture->now_us);
  thru_router_input (fixture->router, SOURCE, fixture->now_us, (const guint8 *) octets, length);
}

static void
play (Fixture    *fixture,
      const char *octets)
{
  play_octets (fixture, octets, 3);
}

static void
run_until_due (Fixture *fixture)
{
  fixture->now_us = thru_router_deadline (fixture->router);
  thru_router_flush (fixture->router, fixture->now_us);
}

static void
assert_played (Fixture    *fixture,
               const char *expected,
               guint       n_late)
{
  ThruMeterSample sample;

  thru_meter_sample (fixture->route, &sample);
  g_assert_cmpstr (fixture->played->str, ==, expected);
  g_assert_cmpuint (sample.late - fixture->n_late, ==, n_late);
  fixture->n_late = sample.late;
  g_string_truncate (fixture->played, 0);
}

static void
test_hiccup_is_none (Fixture      *fixture,
                     gconstpointer data)
{
  play (fixture, NOTE_ON);
  run_for (fixture, 100 * MS);
  stand_still (fixture, 200 * MS);
  play (fixture, "\x90\x40\x64");
  assert_played (fixture, "90 3c 64, 90 40 64", 0);
}

/* What it made wait may wait less after that. */
static void
test_hiccup_makes_older (Fixture      *fixture,
                         gconstpointer data)
{
  ThruLapse lapse = { 0 };

  g_assert_false (thru_lapse_run (&lapse, START));
  thru_lapse_play (&lapse, START);
  g_assert_false (thru_lapse_run (&lapse, START + 200 * MS));
  g_assert_cmpuint (thru_lapse_oldest (&lapse, START + 40 * MS), ==, START + 40 * MS);
  g_assert_cmpuint (thru_lapse_oldest (&lapse, START + 210 * MS), ==, START + 60 * MS);
  g_assert_cmpuint (thru_lapse_oldest (&lapse, START + 301 * MS), ==, START + 301 * MS);
}

static void
test_held_note_is_late (Fixture      *fixture,
                        gconstpointer data)
{
  play (fixture, NOTE_ON);
  play (fixture, NOTE_OFF);
  run_for (fixture, 100 * MS);
  stand_still (fixture, 260 * MS);
  g_string_truncate (fixture->played, 0);
  play (fixture, NOTE_ON);
  assert_played (fixture, "b0 7b 00", 1);
}

static void
test_held_states_pass (Fixture      *fixture,
                       gconstpointer data)
{
  stand_still (fixture, 3000 * MS);
  play (fixture, NOTE_ON);
  play (fixture, NOTE_OFF);
  play (fixture, "\xb0\x07\x50");
  assert_played (fixture, "b0 07 50", 1);
}

static void
test_what_is_held_ends (Fixture      *fixture,
                        gconstpointer data)
{
  play (fixture, NOTE_ON);
  run_for (fixture, 60000 * MS);
  assert_played (fixture, "90 3c 64", 0);
  stand_still (fixture, 400 * MS);
  thru_router_flush (fixture->router, fixture->now_us);
  assert_played (fixture, "80 3c 40, b0 7b 00", 0);
  g_assert_cmpuint (thru_router_n_held (fixture->router), ==, 0);
}

static void
test_notes_while_waking_are_late (Fixture      *fixture,
                                  gconstpointer data)
{
  stand_still (fixture, 3000 * MS);
  run_for (fixture, THRU_LAPSE_WAKING_US);
  play (fixture, NOTE_ON);
  assert_played (fixture, "", 1);
  run_for (fixture, 1 * MS);
  play (fixture, NOTE_ON);
  assert_played (fixture, "90 3c 64", 0);
}

static void
test_what_was_handed_over_ends (Fixture      *fixture,
                                gconstpointer data)
{
  thru_router_set_late_limit (fixture->router, 0);
  stand_still (fixture, 3000 * MS);
  play (fixture, NOTE_ON);
  play (fixture, "\xb0\x40\x7f");
  assert_played (fixture, "90 3c 64, b0 40 7f", 0);
  run_for (fixture, THRU_LAPSE_WAKING_US + THRU_LAPSE_BEAT_US);
  assert_played (fixture, "80 3c 40, b0 40 00, b0 7b 00", 0);
  play (fixture, NOTE_ON);
  run_for (fixture, 1000 * MS);
  assert_played (fixture, "90 3c 64", 0);
}

/* The thread that takes the time woke before the one that reads it. */
static void
test_time_is_doubted_since_the_beat (Fixture      *fixture,
                                     gconstpointer data)
{
  guint64 held_us;

  stand_still (fixture, 3000 * MS);
  held_us = fixture->now_us - 20 * MS;
  thru_router_flush (fixture->router, fixture->now_us);
  thru_router_input (fixture->router, SOURCE, held_us, (const guint8 *) NOTE_ON, 3);
  assert_played (fixture, "", 1);
}

static void
test_limit_decides (Fixture      *fixture,
                    gconstpointer data)
{
  thru_router_set_late_limit (fixture->router, 0);
  stand_still (fixture, 3000 * MS);
  play (fixture, NOTE_ON);
  assert_played (fixture, "90 3c 64", 0);

  run_for (fixture, 5000 * MS);
  thru_router_set_late_limit (fixture->router, 1000 * MS);
  stand_still (fixture, 600 * MS);
  play (fixture, "\x90\x40\x64");
  assert_played (fixture, "80 3c 40, b0 7b 00, 90 40 64", 0);
  run_for (fixture, 1000 * MS);
  stand_still (fixture, 1200 * MS);
  play (fixture, "\x90\x43\x64");
  assert_played (fixture, "80 40 40, b0 7b 00", 1);
}

/* What comes over a link bears its own time, and a plain speaker loses nothing. */
static void
test_others_are_not_doubted (Fixture      *fixture,
                             gconstpointer data)
{
  g_assert_true (thru_router_add_source (fixture->router, 2, NULL));
  g_assert_true (thru_router_connect (fixture->router, 2, SYNTH, NULL));
  thru_router_input (fixture->router, 2, fixture->now_us, (const guint8 *) NOTE_ON, 3);
  g_assert_true (thru_router_doubt_source (fixture->router, SOURCE, THRU_ROUTER_DOUBT_TIME));
  play (fixture, "\x91\x3c\x64");
  stand_still (fixture, 3000 * MS);
  thru_router_flush (fixture->router, fixture->now_us);
  thru_router_input (fixture->router, 2, fixture->now_us, (const guint8 *) "\x90\x40\x64", 3);
  assert_played (fixture, "90 3c 64, 91 3c 64, 90 40 64", 0);
  play (fixture, "\x91\x40\x64");
  assert_played (fixture, "", 1);
}

/* Who has no such source sleeps for as long as it likes. */
static void
test_nothing_is_asked_without_a_source (Fixture      *fixture,
                                        gconstpointer data)
{
  g_assert_true (thru_router_remove_source (fixture->router, SOURCE, fixture->now_us));
  g_assert_cmpuint (thru_router_deadline (fixture->router), ==, G_MAXUINT64);
  stand_still (fixture, 60000 * MS);
  g_assert_true (thru_router_add_source (fixture->router, SOURCE, NULL));
  g_assert_true (thru_router_doubt_source (fixture->router, SOURCE, THRU_ROUTER_DOUBT_STREAM));
  g_assert_true (thru_router_connect (fixture->router, SOURCE, SYNTH, fixture->route));
  play (fixture, NOTE_ON);
  assert_played (fixture, "90 3c 64", 0);
}

static void
test_quiet_asks_seldom (Fixture      *fixture,
                        gconstpointer data)
{
  guint n = 0;

  run_for (fixture, 10000 * MS);
  for (guint64 until_us = fixture->now_us + 10000 * MS; fixture->now_us < until_us; n++)
    run_until_due (fixture);
  g_assert_cmpuint (n, <=, 40);

  play (fixture, NOTE_OFF);
  g_assert_cmpuint (thru_router_deadline (fixture->router), <=, fixture->now_us + THRU_LAPSE_BEAT_US);
}

/* A link does so with its heartbeats, so that the beat costs no wake-up of its own. */
static void
test_wake_up_puts_beat_off (Fixture      *fixture,
                            gconstpointer data)
{
  run_for (fixture, 10000 * MS);
  run_until_due (fixture);
  for (guint i = 0; i < 20; i++)
    {
      fixture->now_us += 250 * MS;
      g_assert_cmpuint (thru_router_deadline (fixture->router), >, fixture->now_us);
      thru_router_set_time (fixture->router, fixture->now_us);
    }
}

static void
test_quiet_lapse_is_noticed (Fixture      *fixture,
                             gconstpointer data)
{
  run_for (fixture, 10000 * MS);
  run_until_due (fixture);
  stand_still (fixture, THRU_LAPSE_QUIET_US);
  play (fixture, NOTE_ON);
  assert_played (fixture, "90 3c 64", 0);

  run_for (fixture, 100 * MS);
  play (fixture, NOTE_OFF);
  run_for (fixture, 10000 * MS);
  run_until_due (fixture);
  g_string_truncate (fixture->played, 0);
  stand_still (fixture, THRU_LAPSE_QUIET_US + 1);
  play (fixture, NOTE_ON);
  assert_played (fixture, "b0 7b 00", 1);
}

/* Whether its middle came, nobody can tell. */
static void
test_sysex_does_not_go_on (Fixture      *fixture,
                           gconstpointer data)
{
  play_octets (fixture, "\xf0\x7d\x01\x02", 4);
  stand_still (fixture, 600 * MS);
  play_octets (fixture, "\x08\x09\xf7", 3);
  assert_played (fixture, "", 0);

  play_octets (fixture, "\xf0\x7d\x03\xf7", 4);
  play_octets (fixture, "\xf0\x7d\x04", 3);
  play_octets (fixture, "\x05\xf7", 2);
  assert_played (fixture, "f0 7d 03 f7", 0);

  play_octets (fixture, "\xf0\x7d\x06", 3);
  run_for (fixture, THRU_LAPSE_WAKING_US + THRU_LAPSE_BEAT_US);
  play_octets (fixture, "\x07\xf7", 2);
  play_octets (fixture, "\xf0\x7d\x08", 3);
  play_octets (fixture, "\x09\xf7", 2);
  assert_played (fixture, "f0 7d 08 09 f7", 0);
}

/* It was begun before, but is read only after. */
static void
test_sysex_from_before_does_not_go_on (Fixture      *fixture,
                                       gconstpointer data)
{
  guint64 before_us = fixture->now_us + 1 * MS;

  stand_still (fixture, 600 * MS);
  thru_router_set_time (fixture->router, fixture->now_us);
  thru_router_input (fixture->router, SOURCE, before_us, (const guint8 *) "\xf0\x7d\x01", 3);
  play_octets (fixture, "\x02\xf7", 2);
  assert_played (fixture, "", 0);
}

static void
test_sysex_goes_on_after_hiccup (Fixture      *fixture,
                                 gconstpointer data)
{
  play_octets (fixture, "\xf0\x7d\x01", 3);
  stand_still (fixture, 200 * MS);
  play_octets (fixture, "\x02\xf7", 2);
  assert_played (fixture, "f0 7d 01 02 f7", 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/engine/lapse/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("a-hiccup-is-none", test_hiccup_is_none);
  ADD ("a-hiccup-makes-older", test_hiccup_makes_older);
  ADD ("a-note-that-was-held-is-late", test_held_note_is_late);
  ADD ("states-and-ends-that-were-held-pass", test_held_states_pass);
  ADD ("what-sounds-ends-for-its-note-off-may-be-lost", test_what_is_held_ends);
  ADD ("notes-while-waking-are-late", test_notes_while_waking_are_late);
  ADD ("what-was-handed-over-ends-for-its-note-off-may-be-lost", test_what_was_handed_over_ends);
  ADD ("time-is-doubted-since-the-missed-beat", test_time_is_doubted_since_the_beat);
  ADD ("the-limit-decides", test_limit_decides);
  ADD ("other-sources-are-not-doubted", test_others_are_not_doubted);
  ADD ("nothing-is-asked-without-a-source", test_nothing_is_asked_without_a_source);
  ADD ("quiet-asks-seldom", test_quiet_asks_seldom);
  ADD ("what-wakes-the-program-puts-the-beat-off", test_wake_up_puts_beat_off);
  ADD ("a-lapse-is-noticed-while-it-is-quiet", test_quiet_lapse_is_noticed);
  ADD ("system-exclusive-does-not-go-on-after-a-lapse", test_sysex_does_not_go_on);
  ADD ("system-exclusive-from-before-a-lapse-does-not-go-on", test_sysex_from_before_does_not_go_on);
  ADD ("system-exclusive-goes-on-after-a-hiccup", test_sysex_goes_on_after_hiccup);
  return g_test_run ();
}
