/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-dmidi-preface.h"
#include "thru-link.h"
#include "thru-midi-ledger.h"
#include "thru-router.h"

#include <glib.h>
#include <string.h>

/* Octets of a connection, as a link writes them or as a console that speaks plain MIDI does, on their way through link and
 * router to a synth: however they are cut nothing changes, and wherever they end nothing sounds. */

#define ADDRESS 0x80000001u
#define NOW 1000000
#define N_MESSAGES 60

typedef struct
{
  ThruMidiLedger ledger;
  GString       *heard;
} Synth;

typedef struct
{
  ThruLink   *link;
  ThruRouter *router;
  Synth       synth;
} Room;

static bool
synth_send (void          *user,
            const uint8_t *message,
            size_t         length,
            uint64_t       time_us)
{
  Synth *synth = user;

  thru_midi_ledger_record (&synth->ledger, message, length);
  for (size_t i = 0; i < length; i++)
    g_string_append_printf (synth->heard, "%02x", message[i]);
  g_string_append_c (synth->heard, ' ');
  return true;
}

static void
room_init (Room *room)
{
  *room = (Room) { .link = thru_link_new (THRU_LINK_ACCEPTED, NOW), .router = thru_router_new () };
  room->synth.heard = g_string_new (NULL);
  thru_midi_ledger_init (&room->synth.ledger);
  g_assert_true (thru_router_add_source (room->router, 1, NULL));
  g_assert_true (thru_router_add_destination (room->router, 1, synth_send, &room->synth, NULL));
  g_assert_true (thru_router_connect (room->router, 1, 1, NULL));
}

static void
room_clear (Room *room)
{
  thru_link_free (room->link);
  thru_router_free (room->router);
  g_string_free (room->synth.heard, TRUE);
}

/* In pieces of up to @most octets. */
static void
room_receive (Room         *room,
              const guint8 *octets,
              gsize         length,
              GRand        *rand,
              gint          most)
{
  while (length > 0)
    {
      gsize room_for;
      guint8 *buffer = thru_link_input_buffer (room->link, &room_for);
      gsize piece = (gsize)g_rand_int_range (rand, 1, most + 1);
      ThruLinkEvent event;

      piece = MIN (MIN (piece, length), room_for);
      g_assert_cmpuint (piece, >, 0);
      memcpy (buffer, octets, piece);
      thru_link_input_received (room->link, piece, NOW);
      while (thru_link_next_event (room->link, &event))
        {
          g_assert_cmpint (event.type, !=, THRU_LINK_EVENT_CLOSED);
          if (event.type == THRU_LINK_EVENT_MIDI)
            thru_router_input (room->router, 1, NOW, event.bytes, event.length);
        }
      octets += piece;
      length -= piece;
    }
}

/* Notes, pedals and everything else, System Exclusive with realtime inside, and on a plain link running status. */
static void
append_message (GByteArray *message,
                GRand      *rand,
                gboolean    plain)
{
  static const guint8 sysex[] = { 0xf0, 0x7d, 1, 0xf8, 2, 3, 0xf7 };
  guint8 channel = (guint8)g_rand_int_range (rand, 0, 3);
  guint8 key = (guint8)g_rand_int_range (rand, 60, 64);
  const guint8 kinds[][3] = {
    { (guint8)(0x90 | channel), key, 100 }, { (guint8)(0x90 | channel), key, 90 }, { (guint8)(0x80 | channel), key, 0 },
    { (guint8)(0xb0 | channel), 64, (guint8)g_rand_int_range (rand, 0, 128) }, { (guint8)(0xe0 | channel), 1, key },
    { (guint8)(0xa0 | channel), key, 5 },
  };
  gint kind = g_rand_int_range (rand, 0, 8);

  if (kind < (gint)G_N_ELEMENTS (kinds))
    {
      g_byte_array_append (message, kinds[kind], 3);
      if (plain && g_rand_boolean (rand))
        g_byte_array_append (message, (const guint8[]) { (guint8)(key + 1), 80 }, 2);
    }
  else if (kind == 6)
    {
      g_byte_array_append (message, (const guint8[]) { 0xfa }, 1);
    }
  else if (plain)
    {
      g_byte_array_append (message, sysex, sizeof sysex);
    }
  else
    {
      g_byte_array_append (message, (const guint8[]) { 0xf0, 0x7d, 1, 2, 0xf7 }, 5);
    }
}

/* What who connects sends: plain MIDI. */
static GByteArray *
plain_octets (GRand *rand)
{
  GByteArray *octets = g_byte_array_new ();

  g_byte_array_append (octets, (const guint8[]) { 0x90, 60, 100 }, 3);
  for (guint i = 0; i < N_MESSAGES; i++)
    append_message (octets, rand, TRUE);
  return octets;
}

static void
take_output (ThruLink   *link,
             GByteArray *octets)
{
  size_t length;
  const uint8_t *output = thru_link_output (link, &length);

  g_byte_array_append (octets, output, (guint)length);
  thru_link_output_sent (link, length, NOW);
}

/* The same as frames. */
static GByteArray *
framed_octets (GRand *rand)
{
  GByteArray *octets = g_byte_array_new ();
  ThruLink *link = thru_link_new (THRU_LINK_DIALED, NOW);
  ThruLinkEvent event;
  size_t room_for;

  take_output (link, octets);
  thru_dmidi_preface_write (thru_link_input_buffer (link, &room_for));
  thru_link_input_received (link, THRU_DMIDI_PREFACE_SIZE, NOW);
  while (thru_link_next_event (link, &event))
    continue;
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      g_autoptr(GByteArray) message = g_byte_array_new ();

      append_message (message, rand, FALSE);
      g_assert_true (thru_link_send_midi (link, ADDRESS, message->data, message->len, NOW));
      if (i % 10 == 0)
        g_assert_true (thru_link_send_session (link, "{\"type\":\"ping\",\"t1\":1}", 22, NOW));
      take_output (link, octets);
    }
  thru_link_free (link);
  return octets;
}

static GByteArray *
random_octets (GRand        *rand,
               gconstpointer plain)
{
  return plain != NULL ? plain_octets (rand) : framed_octets (rand);
}

static void
test_cut_anywhere (gconstpointer plain)
{
  for (guint seed = 1; seed <= 100; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr(GByteArray) octets = random_octets (rand, plain);
      Room whole;
      Room cut;

      room_init (&whole);
      room_init (&cut);
      room_receive (&whole, octets->data, octets->len, rand, G_MAXUINT16);
      room_receive (&cut, octets->data, octets->len, rand, 1 + (gint)seed % 9);
      g_assert_cmpuint (whole.synth.heard->len, >, N_MESSAGES);
      g_assert_cmpstr (cut.synth.heard->str, ==, whole.synth.heard->str);
      room_clear (&whole);
      room_clear (&cut);
    }
}

static void
test_every_prefix (gconstpointer plain)
{
  guint n_sounded = 0;

  for (guint seed = 1; seed <= 8; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr(GByteArray) octets = random_octets (rand, plain);

      for (gsize length = 0; length <= octets->len; length += 1 + (octets->len > 400) * 2)
        {
          Room room;

          room_init (&room);
          room_receive (&room, octets->data, length, rand, 200);
          n_sounded += thru_midi_ledger_is_sounding (&room.synth.ledger);
          thru_router_remove_source (room.router, 1, NOW);
          g_assert_false (thru_midi_ledger_is_sounding (&room.synth.ledger));
          g_assert_cmpuint (thru_router_n_held (room.router), ==, 0);
          room_clear (&room);
        }
    }
  g_assert_cmpuint (n_sounded, >, 100);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/engine/wire/frames-may-be-cut-anywhere", NULL, test_cut_anywhere);
  g_test_add_data_func ("/engine/wire/plain-octets-may-be-cut-anywhere", "plain", test_cut_anywhere);
  g_test_add_data_func ("/engine/wire/every-prefix-of-frames-leaves-nothing", NULL, test_every_prefix);
  g_test_add_data_func ("/engine/wire/every-prefix-of-plain-octets-leaves-nothing", "plain", test_every_prefix);

  return g_test_run ();
}
