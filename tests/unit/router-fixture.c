/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "router-fixture.h"

#include "thru-midi-message.h"

#include <string.h>

void
synth_init (Synth *synth)
{
  *synth = (Synth) {
    .octets = g_byte_array_new (), .log = g_string_new (NULL), .room = -1, .piece_room = SYNTH_ALL, .may_break = TRUE
  };
  thru_midi_ledger_init (&synth->ledger);
}

void
synth_clear (Synth *synth)
{
  g_byte_array_unref (synth->octets);
  g_string_free (synth->log, TRUE);
}

static void
log_message (Synth         *synth,
             const uint8_t *message,
             size_t         length)
{
  if (synth->log->len > 0)
    g_string_append (synth->log, ", ");
  for (size_t i = 0; i < MIN (length, 4); i++)
    g_string_append_printf (synth->log, i > 0 ? " %02x" : "%02x", message[i]);
}

bool
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

  g_assert_true (!synth->in_sysex || message[0] >= 0xf8);
  synth->n_messages++;
  synth->last_length = (guint)length;
  g_byte_array_append (synth->octets, message, (guint)length);
  log_message (synth, message, length);

  thru_midi_ledger_record (&synth->ledger, message, length);
  if (thru_midi_is_note_on (message, length))
    synth->held[message[0] & 0x0f][message[1]]++;
  else if (thru_midi_is_note_off (message, length))
    synth->held[message[0] & 0x0f][message[1]]--;
  return true;
}

static size_t
synth_take (void          *user,
            const uint8_t *octets,
            size_t         length,
            size_t         at,
            uint64_t       time_us)
{
  Synth *synth = user;
  gsize n = MIN (MIN (length - at, SYNTH_PIECE), synth->piece_room);

  if (synth->piece_room != SYNTH_ALL)
    synth->piece_room -= n;
  g_assert_cmpint (synth->in_sysex, ==, at > 0);
  synth->in_sysex = at + n > 0 && at + n < length;
  g_byte_array_append (synth->octets, octets + at, (guint)n);
  return n;
}

static bool
synth_break_off (void *user)
{
  Synth *synth = user;

  if (!synth->may_break)
    return false;
  synth->n_broken++;
  synth->in_sysex = FALSE;
  g_byte_array_append (synth->octets, (const guint8 *)"\xf7", 1);
  return true;
}

static uint64_t
synth_duration (void  *user,
                size_t length)
{
  return ((Synth *)user)->is_slow ? length * 320 : 0;
}

const ThruSysexFuncs synth_sysex_funcs = {
  .take = synth_take,
  .break_off = synth_break_off,
  .duration = synth_duration,
};

gint
synth_n_held (const Synth *synth)
{
  gint n = 0;

  for (guint channel = 0; channel < 16; channel++)
    for (guint note = 0; note < 128; note++)
      n += MAX (synth->held[channel][note], 0);
  return n;
}

void
router_set_up (RouterFixture *fixture,
               gconstpointer  data)
{
  fixture->router = thru_router_new ();
  for (guint i = 0; i < G_N_ELEMENTS (fixture->synths); i++)
    {
      synth_init (&fixture->synths[i]);
      g_assert_true (thru_router_add_source (fixture->router, i + 1, NULL));
      g_assert_true (thru_router_add_destination (fixture->router, i + 1, synth_send, &fixture->synths[i], NULL));
    }
}

void
router_tear_down (RouterFixture *fixture,
                  gconstpointer  data)
{
  thru_router_free (fixture->router);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->synths); i++)
    synth_clear (&fixture->synths[i]);
}

void
patch (RouterFixture *fixture,
       guint          source,
       guint          destination)
{
  g_assert_true (thru_router_connect (fixture->router, source, destination, NULL));
}

void
play (RouterFixture *fixture,
      guint          source,
      const char    *octets,
      size_t         length)
{
  thru_router_input (fixture->router, source, 0, (const uint8_t *)octets, length);
}

void
play_at (RouterFixture *fixture,
         guint          source,
         guint64        time_ms,
         const char    *octets)
{
  thru_router_input (fixture->router, source, time_ms * 1000, (const uint8_t *)octets, strlen (octets));
}

void
assert_log (RouterFixture *fixture,
            guint          destination,
            const char    *expected)
{
  GString *log = fixture->synths[destination - 1].log;

  g_assert_cmpstr (log->str, ==, expected);
  g_string_truncate (log, 0);
}
