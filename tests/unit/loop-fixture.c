/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "loop-fixture.h"

#include <string.h>

#define STEP_US 500
#define RETURNS_MAX 2000 /* two loops double what is in them each time, until the devices drop some */

static void
loop_cb (void      *user,
         ThruMeter *meter)
{
  LoopFixture *fixture = user;

  fixture->muted_us = fixture->now_us;
  fixture->muted = meter;
  fixture->n_muted++;
}

/* The same each time that the test runs. */
static guint64
get_away (LoopDevice *device)
{
  gint64 share;

  device->random = device->random * 1103515245u + 12345u;
  share = (gint64) (device->random >> 16) % (2 * device->jitter + 1) - device->jitter;
  return (guint64) ((gint64) device->away_us + (gint64) device->away_us * share / 100);
}

bool
loop_fixture_send (void          *user,
                   const uint8_t *message,
                   size_t         length,
                   uint64_t       time_us)
{
  LoopDevice *device = user;
  LoopEvent event = { *device->now_us + get_away (device), device->returns_to, { 0 }, (guint) length };
  bool is_held = message[0] < 0xf0 && device->ledger.held[message[0] & 0x0f][message[1]] > 0;
  bool is_mark = (message[0] & 0xf0) == 0x80 && message[1] == *device->mark_note && !is_held;

  device->latest_us = MAX (device->latest_us, *device->now_us - time_us);
  thru_midi_ledger_record (&device->ledger, message, length);
  if (is_mark)
    device->n_marks++;
  else
    g_byte_array_append (device->heard, message, (guint) length);
  if (device->returns_to != 0 && length <= 3 && device->schedule->len < RETURNS_MAX)
    {
      memcpy (event.octets, message, length);
      g_array_append_val (device->schedule, event);
    }
  return true;
}

void
loop_fixture_set_up (LoopFixture  *fixture,
                     gconstpointer data)
{
  fixture->router = thru_router_new ();
  fixture->schedule = g_array_new (FALSE, FALSE, sizeof (LoopEvent));
  fixture->played = g_byte_array_new ();
  fixture->now_us = START_US;
  thru_router_set_loop_func (fixture->router, loop_cb, fixture);
  for (guint i = 1; i < 4; i++)
    {
      LoopDevice *device = &fixture->devices[i];

      device->schedule = fixture->schedule;
      device->now_us = &fixture->now_us;
      device->mark_note = &fixture->mark_note;
      device->heard = g_byte_array_new ();
      thru_midi_ledger_init (&device->ledger);
      fixture->meters[i] = thru_meter_new ();
      thru_router_add_source (fixture->router, i, NULL);
      thru_router_watch_source (fixture->router, i);
      thru_router_add_destination (fixture->router, i, loop_fixture_send, device, NULL);
    }
}

void
loop_fixture_tear_down (LoopFixture  *fixture,
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

void
loop_fixture_connect (LoopFixture *fixture,
                      guint        destination)
{
  g_assert_true (thru_router_connect (fixture->router, 1, destination, fixture->meters[destination]));
}

void
loop_fixture_close (LoopFixture *fixture,
                    guint        destination,
                    guint64      away_us)
{
  fixture->devices[destination].returns_to = 1;
  fixture->devices[destination].away_us = away_us;
}

void
loop_fixture_schedule (LoopFixture *fixture,
                       guint        source,
                       guint64      at_us,
                       guint8       status,
                       guint8       data1,
                       guint8       data2)
{
  LoopEvent event = { START_US + at_us, source, { status, data1, data2 }, status >= 0xf8 ? 1 : 3 };

  g_array_append_val (fixture->schedule, event);
}

void
loop_fixture_schedule_note (LoopFixture *fixture,
                            guint64      at_us,
                            guint64      length_us,
                            guint8       note,
                            guint8       velocity)
{
  loop_fixture_schedule (fixture, 1, at_us, 0x90, note, velocity);
  loop_fixture_schedule (fixture, 1, at_us + length_us, 0x80, note, 0);
}

/* In the order of their times; of the same time, in that of their making. */
static void
play_due (LoopFixture *fixture)
{
  for (;;)
    {
      guint first = fixture->schedule->len;
      LoopEvent event;

      for (guint i = 0; i < fixture->schedule->len; i++)
        {
          const LoopEvent *other = &g_array_index (fixture->schedule, LoopEvent, i);

          if (other->time_us <= fixture->now_us &&
              (first == fixture->schedule->len || other->time_us < g_array_index (fixture->schedule, LoopEvent, first).time_us))
            first = i;
        }
      if (first == fixture->schedule->len)
        return;
      event = g_array_index (fixture->schedule, LoopEvent, first);
      g_array_remove_index (fixture->schedule, first);
      if (event.source == 1)
        g_byte_array_append (fixture->played, event.octets, event.length);
      thru_router_set_time (fixture->router, fixture->now_us);
      thru_router_input (fixture->router, event.source, fixture->now_us, event.octets, event.length);
    }
}

void
loop_fixture_run (LoopFixture *fixture,
                  guint64      duration_us)
{
  guint64 end_us = fixture->now_us + duration_us;

  for (; fixture->now_us < end_us; fixture->now_us += STEP_US)
    {
      play_due (fixture);
      thru_router_flush (fixture->router, fixture->now_us);
    }
}

void
loop_fixture_assert_untouched (LoopFixture *fixture)
{
  g_assert_cmpuint (fixture->n_muted, ==, 0);
  g_assert_cmpmem (fixture->devices[1].heard->data, fixture->devices[1].heard->len, fixture->played->data, fixture->played->len);
}
