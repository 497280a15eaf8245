/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-router.h"

#include "thru-midi-ledger.h"

#include <glib.h>
#include <string.h>

#define MS 1000
#define START_US (1000 * MS)
#define STEP_US 500
#define SECOND_US (1000 * MS)
#define RETURNS_MAX 2000 /* two loops double what is in them each time, until the devices drop some */

/* Octets that reach a source at their time. */
typedef struct
{
  guint64 time_us;
  guint   source;
  guint8  octets[3];
  guint   length;
} Event;

/* Destinations 1 to 3: what reaches one is noted down, and comes back into a source when it is in a loop. */
typedef struct
{
  GArray        *schedule;  /* where it puts what comes back */
  const guint64 *now_us;
  guint          returns_to; /* source; 0: it is in no loop */
  guint64        away_us;
  GByteArray    *heard;
  ThruMidiLedger ledger;
} Device;

typedef struct
{
  ThruRouter *router;
  ThruMeter  *meters[4]; /* of the routes from source 1, by their destination */
  Device      devices[4];
  GArray     *schedule;  /* (element-type Event) */
  GByteArray *played;    /* what came into source 1 */
  guint64     now_us;
  guint64     muted_us;  /* when it was told; 0: nothing was muted */
  guint       n_muted;
  ThruMeter  *muted;
} Fixture;

static void
loop_cb (void      *user,
         ThruMeter *meter)
{
  Fixture *fixture = user;

  fixture->muted_us = fixture->now_us;
  fixture->muted = meter;
  fixture->n_muted++;
}

static bool
device_send (void          *user,
             const uint8_t *message,
             size_t         length,
             uint64_t       time_us)
{
  Device *device = user;
  Event event = { *device->now_us + device->away_us, device->returns_to, { 0 }, (guint) length };

  thru_midi_ledger_record (&device->ledger, message, length);
  g_byte_array_append (device->heard, message, (guint) length);
  if (device->returns_to != 0 && length <= 3 && device->schedule->len < RETURNS_MAX)
    {
      memcpy (event.octets, message, length);
      g_array_append_val (device->schedule, event);
    }
  return true;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->router = thru_router_new ();
  fixture->schedule = g_array_new (FALSE, FALSE, sizeof (Event));
  fixture->played = g_byte_array_new ();
  fixture->now_us = START_US;
  thru_router_set_loop_func (fixture->router, loop_cb, fixture);
  for (guint i = 1; i < 4; i++)
    {
      Device *device = &fixture->devices[i];

      device->schedule = fixture->schedule;
      device->now_us = &fixture->now_us;
      device->heard = g_byte_array_new ();
      thru_midi_ledger_init (&device->ledger);
      fixture->meters[i] = thru_meter_new ();
      thru_router_add_source (fixture->router, i, NULL);
      thru_router_watch_source (fixture->router, i);
      thru_router_add_destination (fixture->router, i, device_send, device, NULL);
    }
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  thru_router_free (fixture->router);
  for (guint i = 1; i < 4; i++)
    {
      thru_meter_unref (fixture->meters[i]);
      g_byte_array_unref (fixture->devices[i].heard);
    }
  g_array_unref (fixture->schedule);
  g_byte_array_unref (fixture->played);
}

static void
connect (Fixture *fixture,
         guint    destination)
{
  g_assert_true (thru_router_connect (fixture->router, 1, destination, fixture->meters[destination]));
}

/* What comes out of @destination comes back into source 1. */
static void
close_loop (Fixture *fixture,
            guint    destination,
            guint64  away_us)
{
  fixture->devices[destination].returns_to = 1;
  fixture->devices[destination].away_us = away_us;
}

static void
schedule (Fixture *fixture,
          guint    source,
          guint64  at_us,
          guint8   status,
          guint8   data1,
          guint8   data2)
{
  Event event = { START_US + at_us, source, { status, data1, data2 }, status >= 0xf8 ? 1 : 3 };

  g_array_append_val (fixture->schedule, event);
}

static void
schedule_note (Fixture *fixture,
               guint64  at_us,
               guint64  length_us,
               guint8   note,
               guint8   velocity)
{
  schedule (fixture, 1, at_us, 0x90, note, velocity);
  schedule (fixture, 1, at_us + length_us, 0x80, note, 0);
}

/* In the order of their times; of the same time, in that of their making. */
static void
play_due (Fixture *fixture)
{
  for (;;)
    {
      guint first = fixture->schedule->len;
      Event event;

      for (guint i = 0; i < fixture->schedule->len; i++)
        {
          const Event *other = &g_array_index (fixture->schedule, Event, i);

          if (other->time_us <= fixture->now_us &&
              (first == fixture->schedule->len || other->time_us < g_array_index (fixture->schedule, Event, first).time_us))
            first = i;
        }
      if (first == fixture->schedule->len)
        return;
      event = g_array_index (fixture->schedule, Event, first);
      g_array_remove_index (fixture->schedule, first);
      if (event.source == 1)
        g_byte_array_append (fixture->played, event.octets, event.length);
      thru_router_set_time (fixture->router, fixture->now_us);
      thru_router_input (fixture->router, event.source, fixture->now_us, event.octets, event.length);
    }
}

static void
run (Fixture *fixture,
     guint64  duration_us)
{
  guint64 end_us = fixture->now_us + duration_us;

  for (; fixture->now_us < end_us; fixture->now_us += STEP_US)
    {
      play_due (fixture);
      thru_router_flush (fixture->router, fixture->now_us);
    }
}

/* Destination 1 heard all that was played, in order, and nothing was muted. */
static void
assert_untouched (Fixture *fixture)
{
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  g_assert_cmpmem (fixture->devices[1].heard->data, fixture->devices[1].heard->len, fixture->played->data, fixture->played->len);
}

static void
test_loop_is_cut_within_a_second (Fixture      *fixture,
                                  gconstpointer data)
{
  connect (fixture, 1);
  close_loop (fixture, 1, GPOINTER_TO_UINT (data));
  schedule_note (fixture, 0, 20 * MS, 60, 100);
  schedule_note (fixture, 5 * MS, 10 * MS, 64, 90);
  schedule_note (fixture, 9 * MS, 300 * MS, 67, 80);
  run (fixture, 2 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  g_assert_true (fixture->muted == fixture->meters[1]);
  g_assert_cmpuint (fixture->muted_us - START_US, <=, SECOND_US);
  g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[1].ledger), ==, 0);
  g_assert_cmpuint (fixture->schedule->len, ==, 0);
}

static void
test_other_routes_play_on (Fixture      *fixture,
                           gconstpointer data)
{
  for (guint i = 1; i < 4; i++)
    connect (fixture, i);
  close_loop (fixture, GPOINTER_TO_UINT (data), 12 * MS);
  schedule_note (fixture, 0, 100 * MS, 60, 100);
  run (fixture, 2 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  g_assert_true (fixture->muted == fixture->meters[GPOINTER_TO_UINT (data)]);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[i].ledger), ==, 0);

  for (guint i = 1; i < 4; i++)
    g_byte_array_set_size (fixture->devices[i].heard, 0);
  schedule_note (fixture, fixture->now_us - START_US, 10 * MS, 72, 50);
  run (fixture, SECOND_US / 10);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpuint (fixture->devices[i].heard->len, ==, i == GPOINTER_TO_UINT (data) ? 0 : 6);
}

static void
test_each_loop_is_cut (Fixture      *fixture,
                       gconstpointer data)
{
  connect (fixture, 1);
  connect (fixture, 2);
  connect (fixture, 3);
  close_loop (fixture, 1, 31 * MS);
  close_loop (fixture, 3, 40 * MS);
  schedule_note (fixture, 0, 20 * MS, 60, 100);
  run (fixture, 4 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 2);
  g_assert_cmpuint (fixture->schedule->len, ==, 0);
  g_byte_array_set_size (fixture->devices[2].heard, 0);
  schedule_note (fixture, fixture->now_us - START_US, 10 * MS, 72, 50);
  run (fixture, SECOND_US / 10);
  g_assert_cmpuint (fixture->devices[2].heard->len, ==, 6);
}

static void
test_playing_along_does_not_hide_a_loop (Fixture      *fixture,
                                         gconstpointer data)
{
  connect (fixture, 1);
  close_loop (fixture, 1, 15 * MS);
  for (guint i = 0; i < 20; i++)
    schedule_note (fixture, i * 110 * MS, 70 * MS, (guint8) (50 + i % 7), (guint8) (60 + i * 3));
  run (fixture, 3 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[1].ledger), ==, 0);
}

static void
test_patience_lets_another_room_cut_it (Fixture      *fixture,
                                        gconstpointer data)
{
  thru_router_set_loop_patience (fixture->router, 400 * MS);
  connect (fixture, 1);
  close_loop (fixture, 1, 5 * MS);
  schedule_note (fixture, 0, 20 * MS, 60, 100);
  run (fixture, 850 * MS);
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  run (fixture, SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
}

static void
test_closed_again_it_is_cut_again_later (Fixture      *fixture,
                                         gconstpointer data)
{
  guint64 first_us;

  connect (fixture, 1);
  close_loop (fixture, 1, 5 * MS);
  schedule_note (fixture, 0, 20 * MS, 60, 100);
  run (fixture, SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  first_us = fixture->muted_us - START_US;

  thru_router_disconnect (fixture->router, 1, 1, fixture->now_us);
  connect (fixture, 1);
  schedule_note (fixture, fixture->now_us - START_US, 20 * MS, 60, 100);
  run (fixture, first_us + SECOND_US / 2);
  g_assert_cmpuint (fixture->n_muted, ==, 1);
  run (fixture, 2 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 2);
}

/* Whenever it ends, as long as it lasts, however fast it is. */
static void
test_rolls_are_no_loops (Fixture      *fixture,
                         gconstpointer data)
{
  connect (fixture, 1);
  for (guint period = 16; period < 75; period += 11)
    {
      for (guint duration = 450; duration < 900; duration += 17)
        {
          guint64 begin_us = fixture->now_us - START_US;

          for (guint at = 0; at < duration; at += period)
            schedule_note (fixture, begin_us + at * MS, period * MS / 2, 42, 100);
          run (fixture, (duration + 300) * MS);
          g_assert_cmpuint (fixture->n_muted, ==, 0);
        }
    }
  assert_untouched (fixture);
}

static void
test_long_roll_is_no_loop (Fixture      *fixture,
                           gconstpointer data)
{
  connect (fixture, 1);
  connect (fixture, 2);
  for (guint at = 0; at < 20000; at += 31)
    schedule_note (fixture, at * MS, 9 * MS, 42, 100);
  run (fixture, 21 * SECOND_US);
  assert_untouched (fixture);
  g_assert_cmpuint (fixture->devices[2].heard->len, ==, fixture->devices[1].heard->len);
}

static void
test_trill_is_no_loop (Fixture      *fixture,
                       gconstpointer data)
{
  connect (fixture, 1);
  for (guint i = 0; i < 60; i++)
    schedule_note (fixture, i * 60 * MS, 55 * MS, i % 2 == 0 ? 60 : 62, 80);
  run (fixture, 4 * SECOND_US);
  assert_untouched (fixture);
}

static void
test_doubled_arpeggiator_is_no_loop (Fixture      *fixture,
                                     gconstpointer data)
{
  connect (fixture, 1);
  for (guint i = 0; i < 60; i++)
    {
      for (guint twice = 0; twice < 2; twice++)
        schedule_note (fixture, (i * 50 + twice * 2) * MS, 25 * MS, (guint8) (60 + i % 4 * 3), 100);
    }
  run (fixture, 4 * SECOND_US);
  assert_untouched (fixture);
}

static void
test_clock_and_sensing_are_no_loop (Fixture      *fixture,
                                    gconstpointer data)
{
  connect (fixture, 1);
  for (guint i = 0; i < 300; i++)
    schedule (fixture, 1, i * 10 * MS, i % 30 == 29 ? 0xfe : 0xf8, 0, 0);
  run (fixture, 4 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  g_assert_cmpuint (fixture->devices[1].heard->len, ==, 290);
}

static void
test_steady_sensor_is_no_loop (Fixture      *fixture,
                               gconstpointer data)
{
  connect (fixture, 1);
  schedule_note (fixture, 0, 3 * SECOND_US, 60, 100);
  for (guint i = 0; i < 300; i++)
    schedule (fixture, 1, i * 10 * MS, 0xb0, 1, 64);
  run (fixture, 4 * SECOND_US);
  assert_untouched (fixture);
}

static void
test_two_keyboards_on_one_synth_are_no_loop (Fixture      *fixture,
                                             gconstpointer data)
{
  connect (fixture, 1);
  g_assert_true (thru_router_connect (fixture->router, 2, 1, NULL));
  for (guint i = 0; i < 60; i++)
    {
      /* The other player echoes by hand. */
      schedule_note (fixture, i * 80 * MS, 40 * MS, (guint8) (60 + i % 5), 100);
      schedule (fixture, 2, (i * 80 + 45) * MS, 0x90, (guint8) (60 + i % 5), 100);
      schedule (fixture, 2, (i * 80 + 85) * MS, 0x80, (guint8) (60 + i % 5), 0);
    }
  run (fixture, 6 * SECOND_US);
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[1].ledger), ==, 0);
}

/* A keyboard that plays the synth twice: here, and through another room. */
static void
test_return_to_another_device_is_no_loop (Fixture      *fixture,
                                          gconstpointer data)
{
  connect (fixture, 1);
  g_assert_true (thru_router_connect (fixture->router, 2, 2, NULL));
  fixture->devices[1].returns_to = 2;
  fixture->devices[1].away_us = 8 * MS;
  for (guint i = 0; i < 100; i++)
    schedule_note (fixture, i * 20 * MS, 15 * MS, (guint8) (30 + i % 80), 100);
  run (fixture, 4 * SECOND_US);
  assert_untouched (fixture);
  g_assert_cmpmem (fixture->devices[2].heard->data, fixture->devices[2].heard->len, fixture->played->data, fixture->played->len);
}

static void
test_route_on_trial_can_go (Fixture      *fixture,
                            gconstpointer data)
{
  connect (fixture, 1);
  close_loop (fixture, 1, 60 * MS);
  for (guint i = 0; i < 4; i++)
    schedule_note (fixture, i * 9 * MS, 5 * MS, (guint8) (60 + i), 100);
  for (guint i = 0; i < 40; i++)
    {
      run (fixture, (500 + i * 20) * MS);
      thru_router_disconnect (fixture->router, 1, 1, fixture->now_us);
      g_assert_cmpuint (thru_midi_ledger_n_held (&fixture->devices[1].ledger), ==, 0);
      connect (fixture, 1);
    }
  g_assert_true (thru_router_remove_source (fixture->router, 1, fixture->now_us));
  run (fixture, SECOND_US);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD_WITH(name, data, func) g_test_add ("/engine/loops/" name, Fixture, GUINT_TO_POINTER (data), set_up, func, tear_down)
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
