/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-room.h"
#include "test-tools.h"

#include <string.h>
#include <unistd.h>

#define ADDRESS 0x80000001u

static const guint8 chord[] = { 0x90, 60, 100, 0x90, 64, 101, 0x90, 67, 102, 0xb0, 64, 127 };
static const guint8 all_notes_off[] = { 0xb0, 123, 0 };

/* Messages a second, for a test of what lies above. */
static const guint low_limit = 4000;

/* Two rooms and a route from the input of the first to the output of the second. */
typedef struct
{
  TestRoom   *alice;
  TestRoom   *bob;
  TestOutput *output;
} Pair;

static void
pair_set_up (Pair         *pair,
             gconstpointer data)
{
  pair->alice = test_room_new ("alice", "Control room");
  pair->bob = test_room_new ("bob", "Live room");
  pair->output = test_room_add_output (pair->bob, 1, ADDRESS);
  if (data == &low_limit)
    thru_engine_set_message_limits (pair->bob->engine, low_limit, low_limit / 2, 0);
  test_room_link (pair->bob, pair->alice);
  test_room_add_input (pair->alice, 1);
  thru_engine_add_remote_output (pair->alice->engine, 2, pair->alice->link, ADDRESS, NULL);
  thru_engine_connect (pair->alice->engine, 1, 2, NULL);
}

static void
pair_tear_down (Pair         *pair,
                gconstpointer data)
{
  g_clear_pointer (&pair->alice, test_room_free);
  g_clear_pointer (&pair->bob, test_room_free);
  g_clear_pointer (&pair->output, test_output_free);
}

static void
test_hello (Pair         *pair,
            gconstpointer data)
{
  g_autoptr(TestRoom) carol = test_room_new ("carol", "Küche");
  g_autoptr(ThruEngineEvent) here = NULL;
  g_autoptr(ThruEngineEvent) there = NULL;

  test_room_dial (carol, 7, pair->bob->port);
  there = test_room_wait (pair->bob, THRU_ENGINE_LINK_ASKS);
  here = test_room_wait (carol, THRU_ENGINE_LINK_ASKS);

  g_assert_cmpstr (there->message->room_id, ==, "carol");
  g_assert_cmpstr (there->message->room_name, ==, "Küche");
  g_assert_cmpuint (there->message->heartbeat_ms, ==, 250);
  g_assert_cmpuint (there->dial, ==, 0);
  g_assert_true (g_str_has_prefix (there->address, "127.0.0.1:"));
  g_assert_false (there->plain);

  g_assert_cmpstr (here->message->room_id, ==, "bob");
  g_assert_cmpuint (here->dial, ==, 7);
}

static void
test_lists (Pair         *pair,
            gconstpointer data)
{
  g_autoptr(ThruSessionMessage) devices = thru_session_message_new (THRU_SESSION_DEVICES);
  guint n = 0;

  for (guint i = 0; i < THRU_SESSION_DEVICES_MAX; i++)
    {
      ThruSessionDevice *device = thru_session_device_new ();

      device->id = g_strdup_printf ("device %u", i);
      device->name = g_strnfill (THRU_SESSION_NAME_MAX, 'n');
      device->address = ADDRESS + i;
      g_ptr_array_add (devices->devices, device);
    }

  thru_engine_send (pair->alice->engine, pair->alice->link, devices);
  while (n < THRU_SESSION_DEVICES_MAX)
    {
      g_autoptr(ThruEngineEvent) event = test_room_wait (pair->bob, THRU_ENGINE_LINK_MESSAGE);

      for (guint i = 0; i < event->message->devices->len; i++)
        {
          ThruSessionDevice *device = g_ptr_array_index (event->message->devices, i);

          g_assert_cmphex (device->address, ==, ADDRESS + n);
          n++;
        }
      g_assert_cmpint (event->message->more, ==, n < THRU_SESSION_DEVICES_MAX);
    }
}

static void
test_notes (Pair         *pair,
            gconstpointer data)
{
  g_autoptr(GByteArray) played = g_byte_array_new ();

  for (guint i = 0; i < 1000; i++)
    {
      const guint8 note[] = { (i & 1) != 0 ? 0x80 : 0x90, (i / 2) & 0x7f, 1 + (i & 0x3f) };

      g_byte_array_append (played, note, sizeof note);
      test_room_play (pair->alice, note, sizeof note);
    }

  test_wait_until (test_output_get_length (pair->output) >= played->len);
  test_output_assert_octets (pair->output, played->data, played->len);
}

/* A note that came in a second ago. */
static void
play_late (Pair  *pair,
           guint8 note)
{
  const guint8 on[] = { 0x90, note, 100 };
  const guint64 one = 1;

  thru_ring_write (pair->alice->ring, (guint64)(g_get_monotonic_time () - G_USEC_PER_SEC), on, sizeof on);
  g_assert_cmpint (write (pair->alice->wake_fd, &one, sizeof one), ==, sizeof one);
  test_wait_until (thru_ring_fill (pair->alice->ring) == 0);
}

static void
test_late_limit (Pair         *pair,
                 gconstpointer data)
{
  static const guint8 controller[] = { 0xb0, 1, 1 };
  static const guint8 wanted[] = { 0x90, 61, 100 };
  TestOutput *output = test_room_add_output (pair->alice, 9, 0);

  thru_engine_connect (pair->alice->engine, 1, 9, NULL);
  test_room_play (pair->alice, controller, sizeof controller);
  test_wait_until (test_output_get_length (output) > 0);
  play_late (pair, 60);
  test_room_play (pair->alice, controller, sizeof controller);
  test_wait_until (test_output_get_length (output) >= 2 * sizeof controller);
  test_output_assert_octets (output, "\xb0\x01\x01\xb0\x01\x01", 6);

  thru_engine_set_late_limit (pair->alice->engine, 10 * G_USEC_PER_SEC);
  while (!test_output_contains (output, wanted, sizeof wanted))
    play_late (pair, 61);

  thru_engine_remove_destination (pair->alice->engine, 9);
  test_wait_until (g_atomic_int_get (&output->released));
  test_output_free (output);
}

static void
play_sysex (Pair       *pair,
            gsize       n_data,
            GByteArray *played)
{
  g_autoptr(GByteArray) sysex = g_byte_array_new ();

  g_byte_array_append (sysex, (const guint8 *)"\xf0", 1);
  for (gsize i = 0; i < n_data; i++)
    g_byte_array_append (sysex, &(guint8) { (guint8)(i * 7 + n_data) & 0x7f }, 1);
  g_byte_array_append (sysex, (const guint8 *)"\xf7", 1);

  g_byte_array_append (played, sysex->data, sysex->len);
  for (guint i = 0; i < sysex->len; i += 1000)
    test_room_play (pair->alice, sysex->data + i, MIN (1000, sysex->len - i));
  test_wait_until (test_output_get_length (pair->output) >= played->len);
}

static void
test_sysex (Pair         *pair,
            gconstpointer data)
{
  static const gsize sizes[] = { 3, 300, 5000, 8192, 8193, 65536 };
  g_autoptr(GByteArray) played = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    play_sysex (pair, sizes[i] - 2, played);

  test_output_assert_octets (pair->output, played->data, played->len);
}

static void
test_everyone (Pair         *pair,
               gconstpointer data)
{
  TestOutput *second = test_room_add_output (pair->bob, 3, ADDRESS + 1);
  TestOutput *hidden = test_room_add_output (pair->bob, 4, 0);
  TestOutput *late;
  const guint8 more[] = { 0x91, 50, 50 };

  thru_engine_add_remote_output (pair->alice->engine, 5, pair->alice->link, THRU_DMIDI_ADDRESS_EVERYONE, NULL);
  thru_engine_disconnect (pair->alice->engine, 1, 2);
  thru_engine_connect (pair->alice->engine, 1, 5, NULL);
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (second) == sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);

  late = test_room_add_output (pair->bob, 6, ADDRESS + 2);
  test_room_play (pair->alice, more, sizeof more);
  test_wait_until (test_output_get_length (second) == sizeof chord + sizeof more);
  test_wait_until (test_output_get_length (late) >= sizeof more || test_output_get_length (pair->output) > sizeof chord);
  g_assert_cmpuint (test_output_get_length (hidden), ==, 0);

  pair_tear_down (pair, NULL);
  test_output_free (second);
  test_output_free (hidden);
  test_output_free (late);
}

static void
test_unknown_address (Pair         *pair,
                      gconstpointer data)
{
  thru_engine_add_remote_output (pair->alice->engine, 5, pair->alice->link, ADDRESS + 9, NULL);
  thru_engine_connect (pair->alice->engine, 1, 5, NULL);
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  test_output_assert_octets (pair->output, chord, sizeof chord);
}

static void
test_other_side_stops (Pair         *pair,
                       gconstpointer data)
{
  g_autoptr(ThruEngineEvent) event = NULL;
  gint64 began_us;

  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);

  began_us = g_get_monotonic_time ();
  g_clear_pointer (&pair->alice, test_room_free);
  test_wait_until (test_output_ends_with (pair->output, all_notes_off, sizeof all_notes_off));
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, G_USEC_PER_SEC);
  g_assert_true (test_output_contains (pair->output, ((guint8[]) { 0x80, 64 }), 2));
  g_assert_true (test_output_contains (pair->output, ((guint8[]) { 0xb0, 64, 0 }), 3));

  event = test_room_wait (pair->bob, THRU_ENGINE_LINK_CLOSED);
  g_assert_cmpstr (event->code, ==, "quit");
  g_assert_cmpstr (event->text, ==, "Control room closed the connection.");
}

static void
test_disconnect_releases (Pair         *pair,
                          gconstpointer data)
{
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  thru_engine_disconnect (pair->alice->engine, 1, 2);
  test_wait_until (test_output_ends_with (pair->output, all_notes_off, sizeof all_notes_off));
}

static void
test_remove_source_releases (Pair         *pair,
                             gconstpointer data)
{
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  thru_engine_remove_source (pair->alice->engine, 1);
  test_wait_until (test_output_ends_with (pair->output, all_notes_off, sizeof all_notes_off));
}

/* Its MIDI system died; the thread of the interface, which takes it away, may be busy. */
static void
test_source_that_ends_releases (Pair         *pair,
                                gconstpointer data)
{
  const guint8 note[] = { 0x90, 70, 100 };

  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  thru_ring_end (pair->alice->ring);
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_ends_with (pair->output, all_notes_off, sizeof all_notes_off));
  test_room_play (pair->alice, note, sizeof note);
  thru_engine_remove_source (pair->alice->engine, 1);
  thru_engine_remove_destination (pair->bob->engine, 1);
  test_wait_until (g_atomic_int_get (&pair->output->released));
  g_assert_false (test_output_contains (pair->output, note, sizeof note));
}

static void
test_remove_output_releases (Pair         *pair,
                             gconstpointer data)
{
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  thru_engine_remove_destination (pair->bob->engine, 1);
  test_wait_until (test_output_ends_with (pair->output, all_notes_off, sizeof all_notes_off));
  test_wait_until (g_atomic_int_get (&pair->output->released));
}

static void
test_remove_remote_output_releases (Pair         *pair,
                                    gconstpointer data)
{
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  thru_engine_remove_destination (pair->alice->engine, 2);
  test_wait_until (test_output_ends_with (pair->output, all_notes_off, sizeof all_notes_off));
}

static void
test_stuck_output (Pair         *pair,
                   gconstpointer data)
{
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  test_output_set_stuck (pair->output, TRUE);
  test_room_play (pair->alice, ((guint8[]) { 0x80, 60, 1, 0x80, 64, 1, 0x80, 67, 1 }), 9);
  test_iterate ();
  test_output_set_stuck (pair->output, FALSE);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord + 9);
}

static void
test_ring_gap (Pair         *pair,
               gconstpointer data)
{
  g_autofree guint8 *flood = g_malloc0 (1 << 20);

  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  test_room_play (pair->alice, flood, 1 << 20);
  test_wait_until (test_output_ends_with (pair->output, all_notes_off, sizeof all_notes_off));
}

static void
test_panic (Pair         *pair,
            gconstpointer data)
{
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  thru_engine_panic (pair->alice->engine);
  test_wait_until (test_output_contains (pair->output, ((guint8[]) { 0xbf, 120, 0 }), 3));
}

static void
test_refuse (void)
{
  g_autoptr(TestRoom) alice = test_room_new ("alice", "Control room");
  g_autoptr(TestRoom) bob = test_room_new ("bob", "Live room");
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(ThruEngineEvent) closed = NULL;

  bob->accepts = FALSE;
  test_room_listen (bob);
  test_room_dial (alice, 1, bob->port);
  asked = test_room_wait (bob, THRU_ENGINE_LINK_ASKS);
  thru_engine_refuse_link (bob->engine, asked->link, "refused", "Not today.");

  closed = test_room_wait (alice, THRU_ENGINE_LINK_CLOSED);
  g_assert_cmpstr (closed->code, ==, "refused");
  g_assert_cmpstr (closed->text, ==, "Live room refused the connection: Not today.");
  g_assert_cmpuint (closed->dial, ==, 1);
}

static void
test_duplicate (void)
{
  g_autoptr(TestRoom) alice = test_room_new ("alice", "Control room");
  g_autoptr(TestRoom) bob = test_room_new ("bob", "Live room");
  g_autoptr(ThruEngineEvent) closed = NULL;
  g_autoptr(ThruEngineEvent) again = NULL;
  gint64 until_us;

  test_room_link (bob, alice);
  thru_engine_refuse_link (bob->engine, bob->link, "duplicate", "There is another connection.");
  closed = test_room_wait (alice, THRU_ENGINE_LINK_CLOSED);
  g_assert_cmpstr (closed->code, ==, "duplicate");

  /* The first pause would be over by then. */
  until_us = g_get_monotonic_time () + G_USEC_PER_SEC / 2;
  while (g_get_monotonic_time () < until_us)
    test_iterate ();
  g_assert_cmpuint (alice->n_asked, ==, 1);

  test_room_dial (alice, 1, bob->port);
  again = test_room_wait (alice, THRU_ENGINE_LINK_ASKS);
}

static void
test_dial_retries (void)
{
  g_autoptr(TestRoom) alice = test_room_new ("alice", "Control room");
  g_autoptr(TestRoom) bob = test_room_new ("bob", "Live room");
  g_autoptr(ThruEngineEvent) failed = NULL;
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autofree char *text = NULL;

  bob->port = test_find_port ();
  test_room_dial (alice, 1, bob->port);
  failed = test_room_wait (alice, THRU_ENGINE_DIAL_FAILED);
  text = g_strdup_printf ("Nothing answers at 127.0.0.1, port %u (connection refused). Is Thruwall running there?", bob->port);
  g_assert_cmpstr (failed->text, ==, text);

  thru_engine_listen (bob->engine, bob->port);
  asked = test_room_wait (alice, THRU_ENGINE_LINK_ASKS);
}

static void
test_dial_later_address (void)
{
  g_autoptr(TestRoom) alice = test_room_new ("alice", "Control room");
  g_autoptr(TestRoom) bob = test_room_new ("bob", "Live room");
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autofree char *address = NULL;

  test_room_listen (bob);
  address = g_strdup_printf ("[::ffff:127.0.0.1]:%u", bob->port);
  thru_engine_dial (alice->engine, 1, (const char *const []) { "not an address", "127.0.0.1:1", address, NULL }, FALSE);
  asked = test_room_wait (alice, THRU_ENGINE_LINK_ASKS);
}

static void
test_comes_back (void)
{
  g_autoptr(TestRoom) alice = test_room_new ("alice", "Control room");
  g_autoptr(TestRoom) bob = test_room_new ("bob", "Live room");
  g_autoptr(TestRoom) bob_again = NULL;
  g_autoptr(ThruEngineEvent) asked = NULL;
  guint port;

  test_room_link (bob, alice);
  port = bob->port;
  g_clear_pointer (&bob, test_room_free);

  bob_again = test_room_new ("bob", "Live room");
  thru_engine_listen (bob_again->engine, port);
  asked = test_room_wait (alice, THRU_ENGINE_LINK_ASKS);
  g_assert_cmpstr (asked->message->room_id, ==, "bob");
}

static void
test_port_in_use (void)
{
  g_autoptr(TestRoom) alice = test_room_new ("alice", "Control room");
  g_autoptr(TestRoom) bob = test_room_new ("bob", "Live room");
  g_autoptr(ThruEngineEvent) failed = NULL;
  g_autoptr(ThruEngineEvent) listening = NULL;
  g_autofree char *text = NULL;

  test_room_listen (bob);
  thru_engine_listen (alice->engine, bob->port);
  failed = test_room_wait (alice, THRU_ENGINE_LISTEN_FAILED);
  g_assert_true (failed->port_in_use);
  text = g_strdup_printf ("Another program of yours uses port %u.", bob->port);
  g_assert_cmpstr (failed->text, ==, text);

  thru_engine_stop_listening (bob->engine);
  listening = test_room_wait (alice, THRU_ENGINE_LISTENING);
  g_assert_cmpuint (listening->port, ==, bob->port);
}

static void
test_timing (Pair         *pair,
             gconstpointer data)
{
  test_wait_until (pair->alice->round_trip_us > 0);
  g_assert_cmpuint (pair->alice->round_trip_us, <, G_USEC_PER_SEC);
}

static void
test_new_name (Pair         *pair,
               gconstpointer data)
{
  g_autoptr(ThruEngineEvent) message = NULL;

  thru_engine_set_hello (pair->alice->engine, "alice", "Attic");
  message = test_room_wait (pair->bob, THRU_ENGINE_LINK_MESSAGE);
  g_assert_cmpint (message->message->type, ==, THRU_SESSION_HELLO);
  g_assert_cmpstr (message->message->room_name, ==, "Attic");
}

/* Offs without their on are harmless; an on without its off sounds for ever. */
static void
test_message_limit (Pair         *pair,
                    gconstpointer data)
{
  const guint8 on[] = { 0x90, 60, 1 };
  const guint8 off[] = { 0x80, 60, 1 };
  const guint8 last[] = { 0x81, 1, 1 };
  gsize n_on = 0;
  gsize n_off = 0;

  for (guint i = 0; i < 10000; i++)
    {
      test_room_play (pair->alice, on, sizeof on);
      test_room_play (pair->alice, off, sizeof off);
    }
  test_room_play (pair->alice, last, sizeof last);
  test_wait_until (test_output_ends_with (pair->output, last, sizeof last));

  for (gsize i = 0; i < test_output_get_length (pair->output); i += 3)
    {
      n_on += pair->output->octets->data[i] == on[0];
      n_off += pair->output->octets->data[i] == off[0];
    }
  g_assert_cmpuint (n_on, >, 1000);
  g_assert_cmpuint (n_on, <, 10000);
  g_assert_cmpuint (n_off, >=, n_on);
}

static void
test_stop_is_quick (Pair         *pair,
                    gconstpointer data)
{
  test_room_play (pair->alice, chord, sizeof chord);
  test_wait_until (test_output_get_length (pair->output) == sizeof chord);
  g_clear_pointer (&pair->bob, test_room_free);
  g_assert_true (test_output_ends_with (pair->output, all_notes_off, sizeof all_notes_off));
}

#define add_pair_test(path, func) g_test_add (path, Pair, NULL, pair_set_up, func, pair_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_pair_test ("/net/engine/late-limit-counts-at-once", test_late_limit);
  add_pair_test ("/net/engine/rooms-introduce-themselves", test_hello);
  add_pair_test ("/net/engine/long-list-arrives-in-parts", test_lists);
  add_pair_test ("/net/engine/notes-arrive-in-order-and-unchanged", test_notes);
  add_pair_test ("/net/engine/sysex-arrives-whole-up-to-64-kib", test_sysex);
  add_pair_test ("/net/engine/everyone-plays-all-outputs-with-an-address", test_everyone);
  add_pair_test ("/net/engine/unknown-address-plays-nothing", test_unknown_address);
  add_pair_test ("/net/engine/chord-is-released-when-the-other-side-goes", test_other_side_stops);
  add_pair_test ("/net/engine/chord-is-released-by-disconnect", test_disconnect_releases);
  add_pair_test ("/net/engine/chord-is-released-when-its-source-goes", test_remove_source_releases);
  add_pair_test ("/net/engine/chord-is-released-when-its-source-ends", test_source_that_ends_releases);
  add_pair_test ("/net/engine/chord-is-released-before-its-output-goes", test_remove_output_releases);
  add_pair_test ("/net/engine/chord-is-released-before-a-remote-output-goes", test_remove_remote_output_releases);
  add_pair_test ("/net/engine/note-offs-wait-for-a-stuck-output", test_stuck_output);
  add_pair_test ("/net/engine/gap-in-the-ring-releases", test_ring_gap);
  add_pair_test ("/net/engine/panic-silences-everything", test_panic);
  add_pair_test ("/net/engine/round-trip-is-told", test_timing);
  add_pair_test ("/net/engine/new-name-is-told", test_new_name);
  g_test_add ("/net/engine/note-offs-pass-above-the-limit", Pair, &low_limit, pair_set_up, test_message_limit, pair_tear_down);
  add_pair_test ("/net/engine/stop-releases-and-is-quick", test_stop_is_quick);
  g_test_add_func ("/net/engine/refused-room-is-told-why", test_refuse);
  g_test_add_func ("/net/engine/dial-rests-after-a-duplicate", test_duplicate);
  g_test_add_func ("/net/engine/dial-goes-on-until-someone-listens", test_dial_retries);
  g_test_add_func ("/net/engine/dial-tries-later-addresses", test_dial_later_address);
  g_test_add_func ("/net/engine/link-comes-back-after-a-restart", test_comes_back);
  g_test_add_func ("/net/engine/port-in-use-is-told-and-retried", test_port_in_use);

  return g_test_run ();
}
