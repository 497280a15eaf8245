/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-message-queue.h"
#include "thru-octet-queue.h"
#include "thru-midi-message.h"
#include "thru-pending-set.h"
#include "thru-port-table.h"

#include "thru-midi-ledger.h"

#include <glib.h>
#include <string.h>

static void
test_octets_come_out_as_they_went_in (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (1);
  ThruOctetQueue queue;
  guint8 next_in = 0;
  guint8 next_out = 0;

  thru_octet_queue_init (&queue, 9000);
  for (guint i = 0; i < 20000; i++)
    {
      guint8 octets[100];
      gsize length = (gsize) g_rand_int_range (rand, 0, 100);
      gsize waiting;
      const guint8 *bytes;

      for (gsize j = 0; j < length; j++)
        octets[j] = (guint8) (next_in + j);
      if (thru_octet_queue_append (&queue, octets, length))
        next_in = (guint8) (next_in + length);
      g_assert_cmpuint (thru_octet_queue_length (&queue), <=, 9000);

      bytes = thru_octet_queue_peek (&queue, &waiting);
      waiting = MIN (waiting, (gsize) (i * 7 % (i % 1000 < 500 ? 40 : 100)));
      for (gsize j = 0; j < waiting; j++)
        g_assert_cmpuint (bytes[j], ==, (guint8) (next_out + j));
      thru_octet_queue_consume (&queue, waiting);
      next_out = (guint8) (next_out + waiting);
    }
  thru_octet_queue_clear (&queue);
}

static void
test_octets_keep_to_the_maximum (void)
{
  ThruOctetQueue queue;
  guint8 octets[64] = { 0 };
  gsize length;

  thru_octet_queue_init (&queue, 100);
  g_assert_true (thru_octet_queue_reserve (&queue, 60, 40));
  g_assert_false (thru_octet_queue_reserve (&queue, 61, 40));
  g_assert_true (thru_octet_queue_append (&queue, octets, 64));
  g_assert_false (thru_octet_queue_append (&queue, octets, 37));
  g_assert_true (thru_octet_queue_append (&queue, octets, 36));
  thru_octet_queue_consume (&queue, 1000);
  g_assert_null (thru_octet_queue_peek (&queue, &length));
  g_assert_cmpuint (length, ==, 0);
  thru_octet_queue_clear (&queue);
}

static void
test_a_large_queue_gives_its_memory_back (void)
{
  g_autofree guint8 *octets = g_malloc0 (60000);
  ThruOctetQueue queue;

  thru_octet_queue_init (&queue, 80000);
  g_assert_true (thru_octet_queue_append (&queue, octets, 60000));
  g_assert_cmpuint (queue.capacity, >=, 60000);
  thru_octet_queue_consume (&queue, 60000);
  g_assert_cmpuint (queue.capacity, ==, 0);
  g_assert_true (thru_octet_queue_append (&queue, octets, 1));
  thru_octet_queue_clear (&queue);
}

static void
keep_sysex_cb (const guint8 *message,
               gsize         length,
               void         *user)
{
  gpointer *keep = user;

  keep[1] = thru_sysex_new_from_parser (keep[0], length);
}

static ThruSysex *
sysex_new (gsize length)
{
  g_autofree guint8 *octets = g_malloc0 (length);
  ThruMidiParser parser;
  gpointer keep[] = { &parser, NULL };

  octets[0] = 0xf0;
  octets[length - 1] = 0xf7;
  thru_midi_parser_init (&parser, length);
  thru_midi_parser_feed (&parser, octets, length, keep_sysex_cb, keep);
  thru_midi_parser_clear (&parser);
  g_assert_nonnull (keep[1]);
  return keep[1];
}

static void
test_dumps_and_notes_have_room_of_their_own (void)
{
  static const guint8 note[] = { 0x90, 60, 100 };
  static const guint8 short_sysex[THRU_MIDI_SYSEX_SHORT];
  ThruSysex *sysex = sysex_new (THRU_MIDI_SYSEX_MAX);
  ThruMessageQueue queue;
  guint64 time_us;
  guint32 source;
  gsize length;
  guint n = 0;

  thru_message_queue_init (&queue);
  while (thru_message_queue_push (&queue, note, sizeof note, n, FALSE))
    n++;
  g_assert_cmpuint (n, ==, THRU_MESSAGE_QUEUE_SHORT_MAX / 15);
  g_assert_true (thru_message_queue_push (&queue, note, sizeof note, n, TRUE));
  g_assert_true (thru_message_queue_push_sysex (&queue, sysex, 1, n));
  g_assert_true (thru_message_queue_push_sysex (&queue, sysex, 1, n));
  g_assert_false (thru_message_queue_push_sysex (&queue, sysex, 1, n));
  g_assert_true (thru_message_queue_push (&queue, short_sysex, sizeof short_sysex, n, FALSE));
  g_assert_false (thru_message_queue_push (&queue, short_sysex, sizeof short_sysex + 1, n, FALSE));

  for (guint i = 0; i <= n; i++)
    {
      g_assert_cmpmem (thru_message_queue_peek (&queue, &length, &time_us), length, note, sizeof note);
      g_assert_cmpuint (time_us, ==, i);
      thru_message_queue_pop (&queue);
    }
  g_assert_true (thru_message_queue_peek (&queue, &length, &time_us) == sysex->octets);
  g_assert_cmpuint (length, ==, THRU_MIDI_SYSEX_MAX);
  g_assert_true (thru_message_queue_peek_sysex (&queue, &source) == sysex);
  g_assert_cmpuint (source, ==, 1);
  thru_message_queue_pop (&queue);
  g_assert_cmpuint (thru_message_queue_drop_sysex (&queue, 2), ==, 0);
  g_assert_cmpuint (thru_message_queue_drop_sysex (&queue, 1), ==, 1);
  g_assert_cmpuint (sysex->n_refs, ==, 1);
  thru_sysex_unref (sysex);
  g_assert_null (thru_message_queue_peek_sysex (&queue, &source));
  g_assert_cmpmem (thru_message_queue_peek (&queue, &length, &time_us), length, short_sysex, sizeof short_sysex);
  thru_message_queue_pop (&queue);
  g_assert_true (thru_message_queue_is_empty (&queue));
  g_assert_null (thru_message_queue_peek (&queue, &length, &time_us));
  thru_message_queue_clear (&queue);
}

typedef struct
{
  GString *log;
  gint     room;
} Taker;

static bool
take (void         *user,
      const guint8 *message,
      gsize         length)
{
  Taker *taker = user;

  if (taker->room == 0)
    return false;
  taker->room--;
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (taker->log, "%02x", message[i]);
  g_string_append_c (taker->log, ' ');
  return true;
}

static void
add (ThruPendingSet *set,
     guint8          status,
     guint8          first,
     guint8          second)
{
  const guint8 message[] = { status, first, second };

  g_assert_true (thru_pending_set_add (set, message, thru_midi_message_length (status)));
}

static void
test_the_pending_are_sent_in_a_fixed_order (void)
{
  Taker taker = { g_string_new (NULL), 0 };
  ThruPendingSet set;

  thru_pending_set_init (&set);
  g_assert_true (thru_pending_set_is_empty (&set));
  add (&set, 0xff, 0, 0);
  add (&set, 0xb1, 126, 1);
  add (&set, 0xb1, 127, 0);
  add (&set, 0xb1, 123, 0);
  add (&set, 0xa1, 60, 0);
  add (&set, 0xd1, 0, 0);
  add (&set, 0xe1, 0, 64);
  add (&set, 0xb1, 64, 5);
  add (&set, 0xb1, 64, 3);
  add (&set, 0x91, 60, 0);
  add (&set, 0x81, 60, 9);
  add (&set, 0x80, 127, 9);
  add (&set, 0xfc, 0, 0);

  /* One at a time, as a destination that hardly takes anything. */
  for (guint i = 0; i < 10; i++)
    {
      taker.room = 1;
      g_assert_false (thru_pending_set_emit (&set, take, &taker));
      g_assert_false (thru_pending_set_is_empty (&set));
    }
  taker.room = 1;
  g_assert_true (thru_pending_set_emit (&set, take, &taker));
  g_assert_true (thru_pending_set_is_empty (&set));
  g_assert_cmpstr (taker.log->str, ==,
                   "fc 807f40 813c40 813c40 b14003 e10040 d100 a13c00 b17b00 b17f00 ff ");
  g_string_free (taker.log, TRUE);
}

static void
assert_emits (ThruPendingSet *set,
              const char     *expected)
{
  Taker taker = { g_string_new (NULL), -1 };

  g_assert_true (thru_pending_set_emit (set, take, &taker));
  g_assert_true (thru_pending_set_is_empty (set));
  g_assert_cmpstr (taker.log->str, ==, expected);
  g_string_free (taker.log, TRUE);
}

static void
test_the_last_value_of_each_state_is_pending (void)
{
  ThruPendingSet set;

  thru_pending_set_init (&set);
  for (guint8 value = 1; value < 10; value++)
    {
      add (&set, 0xb0, 7, value);
      add (&set, 0xb0, 0, value);
      add (&set, 0xc0, value, 0);
      add (&set, 0xa0, 60, value);
      add (&set, 0xd0, value, 0);
      add (&set, 0xe0, value, value);
      add (&set, 0xf2, value, value);
      add (&set, 0xf3, value, 0);
      add (&set, value % 2 ? 0xfa : 0xfc, 0, 0);
    }
  assert_emits (&set, "b00009 c009 b00709 e00909 d009 a03c09 f309 f20909 fa ");
}

static void
test_data_follow_their_parameter (void)
{
  ThruPendingSet set;

  thru_pending_set_init (&set);
  add (&set, 0xb0, 99, 1);
  add (&set, 0xb0, 98, 2);
  add (&set, 0xb0, 6, 50);
  add (&set, 0xb0, 101, 0);
  add (&set, 0xb0, 100, 0);
  add (&set, 0xb0, 6, 12);
  add (&set, 0xb0, 38, 3);
  add (&set, 0xb0, 101, 127);
  add (&set, 0xb0, 100, 127);
  add (&set, 0xb0, 7, 1);
  assert_emits (&set, "b00701 b06400 b06500 b0060c b02603 b0647f b0657f ");
}

static void
test_reset_controllers_brings_what_waits_to_rest (void)
{
  ThruPendingSet set;

  thru_pending_set_init (&set);
  add (&set, 0xb0, 64, 127);
  add (&set, 0xb0, 7, 90);
  add (&set, 0xe0, 0, 100);
  add (&set, 0xd0, 50, 0);
  add (&set, 0xb0, 121, 0);
  add (&set, 0xb0, 1, 30);
  assert_emits (&set, "b07900 b0011e b0075a b04000 e00040 d000 ");
}

static void
test_what_is_of_the_moment_is_never_pending (void)
{
  static const guint8 messages[][3] = {
    { 0x90, 60, 1 }, { 0xb0, 88, 0 }, { 0xb0, 96, 0 }, { 0xb0, 97, 0 },
  };
  ThruPendingSet set;

  thru_pending_set_init (&set);
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    g_assert_false (thru_pending_set_add (&set, messages[i], 3));
  g_assert_false (thru_pending_set_add (&set, (const guint8 *) "\xf8", 1));
  g_assert_false (thru_pending_set_add (&set, (const guint8 *) "\xf1\x01", 2));
  g_assert_false (thru_pending_set_add (&set, (const guint8 *) "\xf0\x01\xf7", 3));
  g_assert_true (thru_pending_set_is_empty (&set));
}

static void
test_numbers_are_found_in_any_order (void)
{
  ThruPortTable table = { 0 };
  guint ports[100];

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    g_assert_true (thru_port_table_insert (&table, 1 + i * 37 % 100, &ports[i]));
  g_assert_false (thru_port_table_insert (&table, 0, &ports[0]));
  g_assert_false (thru_port_table_insert (&table, 50, &ports[0]));
  for (guint i = 0; i < G_N_ELEMENTS (ports); i += 2)
    thru_port_table_remove (&table, 1 + i * 37 % 100);
  thru_port_table_remove (&table, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    g_assert_true (thru_port_table_lookup (&table, 1 + i * 37 % 100) == (i % 2 ? &ports[i] : NULL));
  g_assert_cmpuint (table.n, ==, 50);
  thru_port_table_clear (&table);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/octet-queue/octets-come-out-as-they-went-in", test_octets_come_out_as_they_went_in);
  g_test_add_func ("/engine/octet-queue/octets-keep-to-the-maximum", test_octets_keep_to_the_maximum);
  g_test_add_func ("/engine/octet-queue/a-large-queue-gives-its-memory-back", test_a_large_queue_gives_its_memory_back);
  g_test_add_func ("/engine/message-queue/dumps-and-notes-have-room-of-their-own",
                   test_dumps_and_notes_have_room_of_their_own);
  g_test_add_func ("/engine/pending-set/the-pending-are-sent-in-a-fixed-order",
                   test_the_pending_are_sent_in_a_fixed_order);
  g_test_add_func ("/engine/pending-set/the-last-value-of-each-state-is-pending",
                   test_the_last_value_of_each_state_is_pending);
  g_test_add_func ("/engine/pending-set/data-follow-their-parameter", test_data_follow_their_parameter);
  g_test_add_func ("/engine/pending-set/reset-controllers-brings-what-waits-to-rest",
                   test_reset_controllers_brings_what_waits_to_rest);
  g_test_add_func ("/engine/pending-set/what-is-of-the-moment-is-never-pending",
                   test_what_is_of_the_moment_is_never_pending);
  g_test_add_func ("/engine/port-table/numbers-are-found-in-any-order", test_numbers_are_found_in_any_order);

  return g_test_run ();
}
