/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-peer.h"
#include "test-room.h"
#include "thru-limits.h"

#include <string.h>

#define ADDRESS 0x80000001u
#define N_CROWD 100

/* A room with a good link that plays here all the while, and a peer that is up to no good. */
typedef struct
{
  TestRoom   *room;
  TestRoom   *good;
  TestOutput *output;
  TestPeer   *peer;
} Siege;

static void
siege_set_up (Siege        *siege,
              gconstpointer data)
{
  siege->room = test_room_new ("room", "Live room");
  siege->good = test_room_new ("good", "Control room");
  siege->output = test_room_add_output (siege->room, 1, ADDRESS);
  test_room_link (siege->room, siege->good);
  test_room_add_input (siege->good, 1);
  thru_engine_add_remote_output (siege->good->engine, 2, siege->good->link, ADDRESS, NULL);
  thru_engine_connect (siege->good->engine, 1, 2, NULL);
  siege->peer = test_peer_new (siege->room->port);
}

/* Whatever happened, the good link plays, and the room still takes newcomers. */
static void
siege_tear_down (Siege        *siege,
                 gconstpointer data)
{
  const guint8 note[] = { 0x9f, 99, 42 };
  g_autoptr(TestRoom) newcomer = test_room_new ("newcomer", "Attic");
  g_autoptr(ThruEngineEvent) asked = NULL;

  test_room_play (siege->good, note, sizeof note);
  test_wait_until (test_output_contains (siege->output, note, sizeof note));

  for (guint i = 0; i < siege->room->events->len; i++)
    {
      ThruEngineEvent *event = g_ptr_array_index (siege->room->events, i);

      g_assert_false (event->type == THRU_ENGINE_LINK_CLOSED && event->link == 1);
    }

  siege->room->accepts = TRUE;
  test_room_dial (newcomer, 1, siege->room->port);
  asked = test_room_wait (newcomer, THRU_ENGINE_LINK_ASKS);

  test_peer_free (siege->peer);
  test_room_free (siege->room);
  test_room_free (siege->good);
  test_output_free (siege->output);
}

static void
test_says_nothing (Siege        *siege,
                   gconstpointer data)
{
  gint64 began_us = g_get_monotonic_time ();

  test_wait_until (test_peer_is_closed (siege->peer));
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 3 * G_USEC_PER_SEC);
  g_assert_cmpuint (siege->peer->received->len, ==, 0);
}

static void
test_no_hello (Siege        *siege,
               gconstpointer data)
{
  test_peer_send_preface (siege->peer);
  test_peer_assert_told_error (siege->peer);
}

static void
test_wrong_preface (Siege        *siege,
                    gconstpointer data)
{
  static const char *const openings[] = { "GET / HTTP/1.1\r\n\r\n", "DMIDX", "DNA", "\x16\x03\x01\x02", "\n" };

  for (guint i = 0; i < G_N_ELEMENTS (openings); i++)
    {
      g_autoptr(TestPeer) peer = test_peer_new (siege->room->port);

      test_peer_send (peer, openings[i], strlen (openings[i]));
      test_wait_until (test_peer_is_closed (peer));
      g_assert_cmpuint (peer->received->len, ==, 0);
    }
}

static void
test_other_major (Siege        *siege,
                  gconstpointer data)
{
  guint8 ours[THRU_DMIDI_PREFACE_SIZE];

  thru_dmidi_preface_write (ours);
  test_peer_send (siege->peer, "DMIDI\0\2\0", 8);
  test_wait_until (test_peer_is_closed (siege->peer));
  g_assert_cmpmem (siege->peer->received->data, siege->peer->received->len, ours, sizeof ours);
}

static void
test_oversized (Siege        *siege,
                gconstpointer data)
{
  const guint8 header[] = { 0x80, 0, 0, 1, 0, 0, 0, 0, 0xff, 0xff };

  test_peer_introduce (siege->peer);
  test_peer_send (siege->peer, header, sizeof header);
  test_peer_assert_told_error (siege->peer);
}

static void
test_truncated (Siege        *siege,
                gconstpointer data)
{
  const guint8 half[] = { 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 9, 0x90, 60 };
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(ThruEngineEvent) closed = NULL;

  test_peer_introduce (siege->peer);
  asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);
  test_peer_send (siege->peer, half, sizeof half);
  g_socket_close (siege->peer->socket, NULL);
  closed = test_room_wait (siege->room, THRU_ENGINE_LINK_CLOSED);
  g_assert_cmpuint (closed->link, ==, asked->link);
  g_assert_cmpstr (closed->text, ==, "Mallory closed the connection.");
  g_assert_cmpuint (test_output_get_length (siege->output), ==, 0);
}

static void
test_senseless_messages (Siege        *siege,
                         gconstpointer data)
{
  static const char *const texts[] = {
    "{", "[]", "{\"type\":\"devices\"}", "null", "{\"type\":\"hello\",\"id\":\"x\"}",
    "{\"type\":\"hello\",\"id\":\"x\",\"name\":\"\xff\xfe\"}",
    "{\"type\":\"hello\",\"id\":\"x\",\"name\":\"\\ud800\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(TestPeer) peer = test_peer_new (siege->room->port);

      test_peer_introduce (peer);
      test_peer_send_session (peer, texts[i]);
      test_peer_assert_told_error (peer);
    }
}

static void
test_deep (Siege        *siege,
           gconstpointer data)
{
  g_autofree char *deep = g_strnfill (THRU_DMIDI_PAYLOAD_MAX, '[');

  test_peer_introduce (siege->peer);
  test_peer_send_session (siege->peer, deep);
  test_peer_assert_told_error (siege->peer);
}

static void
test_huge_list (Siege        *siege,
                gconstpointer data)
{
  g_autoptr(GString) json = g_string_new ("{\"type\":\"devices\",\"devices\":[{}");

  for (guint i = 0; i < 2000; i++)
    g_string_append (json, ",{}");
  g_string_append (json, "]}");

  test_peer_introduce (siege->peer);
  test_peer_send_session (siege->peer, json->str);
  test_peer_assert_told_error (siege->peer);
}

static void
test_no_hello_first (Siege        *siege,
                     gconstpointer data)
{
  test_peer_send_preface (siege->peer);
  test_peer_send_session (siege->peer, "{\"type\":\"ping\",\"t1\":1}");
  test_peer_assert_told_error (siege->peer);
}

static void
test_midi_before_acceptance (Siege        *siege,
                             gconstpointer data)
{
  const guint8 note[] = { 0x90, 60, 1 };
  g_autoptr(ThruEngineEvent) asked = NULL;

  siege->room->accepts = FALSE;
  test_peer_introduce (siege->peer);
  asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);

  for (guint i = 0; i < THRU_LIMIT_UNDECIDED_MIDI / sizeof note; i++)
    test_peer_send_frame (siege->peer, ADDRESS, note, sizeof note);
  test_peer_send_session (siege->peer, "{\"type\":\"ping\",\"t1\":77}");
  test_wait_until (test_peer_has_received (siege->peer, "pong", 4));

  test_peer_send_frame (siege->peer, ADDRESS, note, sizeof note);
  test_peer_assert_told_error (siege->peer);
  g_assert_cmpuint (test_output_get_length (siege->output), ==, 0);
}

static void
test_lists_before_acceptance (Siege        *siege,
                              gconstpointer data)
{
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(ThruEngineEvent) message = NULL;

  siege->room->accepts = FALSE;
  test_peer_introduce (siege->peer);
  test_peer_send_session (siege->peer, "{\"type\":\"devices\",\"devices\":[]}");
  test_peer_send_session (siege->peer, "{\"type\":\"ping\",\"t1\":77}");
  asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);
  test_wait_until (test_peer_has_received (siege->peer, "pong", 4));
  g_assert_cmpuint (siege->room->events->len, ==, 0);

  thru_engine_accept_link (siege->room->engine, asked->link);
  message = test_room_wait (siege->room, THRU_ENGINE_LINK_MESSAGE);
  g_assert_cmpint (message->message->type, ==, THRU_SESSION_DEVICES);
}

static void
test_session_flood (Siege        *siege,
                    gconstpointer data)
{
  test_peer_introduce (siege->peer);
  for (guint i = 0; i < 3 * THRU_LIMIT_SESSION_BURST; i++)
    test_peer_send_session (siege->peer, "{\"type\":\"answer\",\"request\":1,\"ok\":true}");
  test_peer_assert_told_error (siege->peer);
}

static void
test_midi_flood (Siege        *siege,
                 gconstpointer data)
{
  g_autoptr(GByteArray) notes = g_byte_array_new ();
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(ThruEngineEvent) closed = NULL;

  for (guint i = 0; i < 1000; i++)
    g_byte_array_append (notes, (const guint8 *)"\xb0\x07\x01", 3);

  test_peer_introduce (siege->peer);
  asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);
  test_wait_until ((test_peer_send_frame (siege->peer, ADDRESS, notes->data, 3), test_iterate (),
                    test_output_get_length (siege->output) > 0));

  test_wait_until ((test_peer_send_frame (siege->peer, ADDRESS, notes->data, notes->len),
                    test_peer_is_closed (siege->peer)));
  closed = test_room_wait (siege->room, THRU_ENGINE_LINK_CLOSED);
  g_assert_nonnull (strstr (closed->text, "60000 MIDI messages a second"));
}

/* More than a cable carries in an hour. It may take as much time as that is worth. */
static void
test_octet_flood (Siege        *siege,
                  gconstpointer data)
{
  const gsize total = 24 * 1024 * 1024;
  const gsize in_kernels = 12 * 1024 * 1024;
  guint8 frame[THRU_DMIDI_FRAME_MAX] = { 0 };
  g_autoptr(ThruEngineEvent) asked = NULL;
  gint64 began_us;

  thru_dmidi_frame_header_write (frame, ADDRESS, 0, THRU_DMIDI_PAYLOAD_MAX);
  test_peer_introduce (siege->peer);
  asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);
  began_us = g_get_monotonic_time ();
  for (gsize sent = 0; sent < total;)
    {
      gsize n = test_peer_send (siege->peer, frame + sent % sizeof frame, sizeof frame - sent % sizeof frame);

      sent += n;
      if (n == 0)
        test_iterate ();
      g_assert_false (siege->peer->closed);
    }
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=,
                   (gint64)(total - in_kernels - THRU_LIMIT_OCTETS_PER_SECOND) * G_USEC_PER_SEC / THRU_LIMIT_OCTETS_PER_SECOND);
}

static guint
count_open (TestPeer **crowd)
{
  guint n_open = 0;

  for (guint i = 0; i < N_CROWD; i++)
    n_open += !test_peer_is_closed (crowd[i]);

  return n_open;
}

static void
test_crowd (Siege        *siege,
            gconstpointer data)
{
  TestPeer *crowd[N_CROWD];

  siege->room->accepts = FALSE;
  siege->room->n_asked = 0;
  for (guint i = 0; i < N_CROWD; i++)
    {
      crowd[i] = test_peer_new (siege->room->port);
      test_peer_introduce (crowd[i]);
    }

  /* One of the undecided is the peer that every siege has, until it is closed for its silence. */
  test_wait_until (siege->room->n_asked >= THRU_LIMIT_LINKS_UNDECIDED - 1 &&
                   count_open (crowd) <= THRU_LIMIT_LINKS_UNDECIDED);
  g_assert_cmpuint (siege->room->n_asked, <=, THRU_LIMIT_LINKS_UNDECIDED);

  for (guint i = 0; i < N_CROWD; i++)
    test_peer_free (crowd[i]);
}

static void
test_never_reads (Siege        *siege,
                  gconstpointer data)
{
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(ThruEngineEvent) closed = NULL;
  g_autofree guint8 *sysex = g_malloc (65000);

  memset (sysex, 1, 65000);
  sysex[0] = 0xf0;
  sysex[64999] = 0xf7;
  test_peer_introduce (siege->peer);
  asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);
  test_room_add_input (siege->room, 1);
  thru_engine_add_remote_output (siege->room->engine, 2, asked->link, ADDRESS, NULL);
  thru_engine_connect (siege->room->engine, 1, 2, NULL);

  /* Its kernel takes some hundred kilobytes, then nothing moves until the user time-out. */
  test_wait_until ((test_room_play (siege->room, sysex, 65000), test_iterate (),
                    (closed = test_room_take (siege->room, THRU_ENGINE_LINK_CLOSED)) != NULL));
  g_assert_cmpuint (closed->link, ==, asked->link);
}

/* Sounds a note without ever ending it. */
static ThruEngineEvent *
hold_note (Siege *siege)
{
  const guint8 note[] = { 0x93, 60, 100 };
  ThruEngineEvent *asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);

  /* What comes before it is accepted goes nowhere, so play until it sounds. */
  test_wait_until ((test_peer_send_frame (siege->peer, ADDRESS, note, sizeof note), test_iterate (),
                    test_output_contains (siege->output, note, sizeof note)));
  return asked;
}

static void
assert_note_ends (Siege *siege)
{
  const guint8 all_notes_off[] = { 0xb3, 123, 0 };

  test_wait_until (test_output_ends_with (siege->output, all_notes_off, sizeof all_notes_off));
  g_assert_true (test_output_contains (siege->output, ((guint8[]) { 0x83, 60 }), 2));
}

static void
test_killed_peer (Siege        *siege,
                  gconstpointer data)
{
  g_autoptr(ThruEngineEvent) asked = NULL;
  gint64 began_us;

  test_peer_introduce (siege->peer);
  asked = hold_note (siege);
  began_us = g_get_monotonic_time ();
  g_socket_close (siege->peer->socket, NULL);
  assert_note_ends (siege);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, G_USEC_PER_SEC);
}

static void
test_frozen_peer (Siege        *siege,
                  gconstpointer data)
{
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(ThruEngineEvent) closed = NULL;
  gint64 began_us;

  test_peer_send_preface (siege->peer);
  test_peer_send_session (siege->peer, "{\"type\":\"hello\",\"id\":\"m\",\"name\":\"Mallory\",\"heartbeat\":250}");
  asked = hold_note (siege);
  began_us = g_get_monotonic_time ();
  assert_note_ends (siege);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 3 * G_USEC_PER_SEC);
  closed = test_room_wait (siege->room, THRU_ENGINE_LINK_CLOSED);
  g_assert_cmpstr (closed->text, ==, "The program in Mallory does not answer, though its computer does: it may be frozen. The network is fine.");
}

static void
test_plain_speaker_plays (Siege        *siege,
                          gconstpointer data)
{
  const guint8 octets[] = { 0xfe, 0x90, 60, 100, 64, 0xfe, 101 };
  const guint8 played[] = { 0x90, 60, 100, 0x90, 64, 101 };
  const guint8 all_notes_off[] = { 0xb0, 123, 0 };
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(ThruEngineEvent) closed = NULL;

  test_peer_send (siege->peer, octets, 1);
  asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);
  g_assert_true (asked->plain);
  g_assert_null (asked->message);

  thru_engine_add_link_input (siege->room->engine, 9, asked->link, NULL);
  thru_engine_connect (siege->room->engine, 9, 1, NULL);

  /* What comes before the route goes nowhere, so play until it is there. */
  test_wait_until ((test_peer_send (siege->peer, octets + 1, sizeof octets - 1), test_iterate (),
                    test_output_contains (siege->output, played, sizeof played)));

  g_socket_close (siege->peer->socket, NULL);
  closed = test_room_wait (siege->room, THRU_ENGINE_LINK_CLOSED);
  test_wait_until (test_output_ends_with (siege->output, all_notes_off, sizeof all_notes_off));
}

static void
test_plain_speaker_leaves (Siege        *siege,
                           gconstpointer data)
{
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(ThruEngineEvent) closed = NULL;

  test_peer_send (siege->peer, "\xfe", 1);
  asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);
  g_socket_close (siege->peer->socket, NULL);
  closed = test_room_wait (siege->room, THRU_ENGINE_LINK_CLOSED);
  g_assert_cmpstr (closed->text, ==, "127.0.0.1 closed the connection.");
}

static void
test_plain_speaker_is_played (Siege        *siege,
                              gconstpointer data)
{
  const guint8 note[] = { 0x90, 60, 100 };
  g_autoptr(GSocket) listener = NULL;
  g_autoptr(TestPeer) console = NULL;
  g_autoptr(ThruEngineEvent) asked = NULL;
  guint port;

  listener = test_peer_listen (&port);
  test_room_dial (siege->room, 5, port);
  console = test_peer_new_accepted (listener);
  test_peer_send (console, "\xfe", 1);
  asked = test_room_wait (siege->room, THRU_ENGINE_LINK_ASKS);
  g_assert_true (asked->plain);
  g_assert_cmpuint (asked->dial, ==, 5);

  test_room_add_input (siege->room, 1);
  thru_engine_add_remote_output (siege->room->engine, 2, asked->link, 0, NULL);
  thru_engine_connect (siege->room->engine, 1, 2, NULL);
  test_room_play (siege->room, note, sizeof note);
  test_wait_until (test_peer_has_received (console, note, sizeof note));
}

#define add_siege_test(path, func) g_test_add (path, Siege, NULL, siege_set_up, func, siege_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_siege_test ("/net/hostile/silence-is-closed-in-time", test_says_nothing);
  add_siege_test ("/net/hostile/preface-without-hello-is-closed-in-time", test_no_hello);
  add_siege_test ("/net/hostile/other-protocols-are-closed", test_wrong_preface);
  add_siege_test ("/net/hostile/other-major-version-is-shown-ours", test_other_major);
  add_siege_test ("/net/hostile/oversized-frame-is-told", test_oversized);
  add_siege_test ("/net/hostile/truncated-frame-plays-nothing", test_truncated);
  add_siege_test ("/net/hostile/senseless-messages-are-told", test_senseless_messages);
  add_siege_test ("/net/hostile/deep-nesting-is-told", test_deep);
  add_siege_test ("/net/hostile/huge-list-is-told", test_huge_list);
  add_siege_test ("/net/hostile/other-message-before-hello-is-told", test_no_hello_first);
  add_siege_test ("/net/hostile/midi-before-acceptance-is-thrown-away", test_midi_before_acceptance);
  add_siege_test ("/net/hostile/lists-before-acceptance-wait-for-it", test_lists_before_acceptance);
  add_siege_test ("/net/hostile/flood-of-messages-is-told", test_session_flood);
  add_siege_test ("/net/hostile/flood-of-midi-is-closed", test_midi_flood);
  add_siege_test ("/net/hostile/flood-of-octets-is-read-slowly", test_octet_flood);
  add_siege_test ("/net/hostile/crowd-meets-the-limit", test_crowd);
  add_siege_test ("/net/hostile/peer-that-never-reads-is-closed", test_never_reads);
  add_siege_test ("/net/hostile/note-of-a-killed-peer-ends", test_killed_peer);
  add_siege_test ("/net/hostile/note-of-a-frozen-peer-ends", test_frozen_peer);
  add_siege_test ("/net/plain/speaker-plays-and-is-released", test_plain_speaker_plays);
  add_siege_test ("/net/plain/speaker-that-leaves-is-told-without-its-port", test_plain_speaker_leaves);
  add_siege_test ("/net/plain/speaker-is-played", test_plain_speaker_is_played);

  return g_test_run ();
}
