/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-peer.h"
#include "test-room.h"
#include "thru-limits.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>

/* What loopback does not show: a network of our own, with two addresses and a virtual cable. */

#define HERE "10.98.0.1"
#define THERE "10.98.0.2"
#define N_KNOCKS 20

static void
run (const char *command)
{
  g_autoptr(GError) error = NULL;
  int status = 0;

  if (!g_spawn_command_line_sync (command, NULL, NULL, &status, &error))
    g_error ("%s: %s (Debian package iproute2)", command, error->message);

  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

/* Goes with the process. Root of a user namespace of our own is root enough. */
static void
open_network (void)
{
  if (unshare (CLONE_NEWNET) != 0 && unshare (CLONE_NEWUSER | CLONE_NEWNET) != 0)
    g_error ("A network namespace is not allowed here.");

  run ("ip link set lo up");
  run ("ip link add cable0 type veth peer name cable1");
  run ("ip addr add " HERE "/24 dev cable0");
  run ("ip addr add " THERE "/24 dev cable1");
  run ("ip addr add fe80::77:1/64 dev cable0 nodad");
  run ("ip addr add fe80::77:2/64 dev cable1 nodad");
  run ("ip link set cable0 up");
  run ("ip link set cable1 up");
}

static void
test_link_local (void)
{
  g_autoptr(TestRoom) alice = test_room_new ("alice", "Control room");
  g_autoptr(TestRoom) bob = test_room_new ("bob", "Live room");
  g_autoptr(ThruEngineEvent) there = NULL;
  g_autoptr(ThruEngineEvent) here = NULL;
  g_autofree char *address = NULL;

  test_room_listen (bob);
  address = g_strdup_printf ("[fe80::77:2%%cable0]:%u", bob->port);
  thru_engine_dial (alice->engine, 1, (const char *const []) { address, NULL }, FALSE);

  here = test_room_wait (alice, THRU_ENGINE_LINK_ASKS);
  g_assert_cmpstr (here->address, ==, address);

  /* It came by the other end of the cable. */
  there = test_room_wait (bob, THRU_ENGINE_LINK_ASKS);
  g_assert_true (g_str_has_prefix (there->address, "[fe80::"));
  g_assert_nonnull (strstr (there->address, "%cable1]:"));
}

static void
test_link_local_without_scope (void)
{
  g_autoptr(TestRoom) alice = test_room_new ("alice", "Control room");
  g_autoptr(ThruEngineEvent) failed = NULL;

  thru_engine_dial (alice->engine, 1, (const char *const []) { "[fe80::77:2]:1199", NULL }, FALSE);
  failed = test_room_wait (alice, THRU_ENGINE_DIAL_FAILED);
  g_assert_nonnull (strstr (failed->text, "fe80::77:2"));
}

/* Connects from @from; what it says is no DMIDI. */
static TestPeer *
knock (const char *from,
       guint       port)
{
  TestPeer *peer = test_peer_new_between (from, HERE, port);

  test_peer_send (peer, "GET / HTTP/1.1\r\n\r\n", 18);
  return peer;
}

static void
test_throttle (void)
{
  g_autoptr(TestRoom) room = test_room_new ("room", "Live room");
  g_autoptr(TestPeer) neighbour = NULL;
  g_autoptr(ThruEngineEvent) asked = NULL;

  test_room_listen (room);
  for (guint i = 0; i < N_KNOCKS; i++)
    {
      g_autoptr(TestPeer) stranger = knock (THERE, room->port);

      test_wait_until (test_peer_is_closed (stranger));
    }

  /* Whoever is ignored is not even greeted when it behaves. */
  {
    g_autoptr(TestPeer) stranger = test_peer_new_between (THERE, HERE, room->port);

    test_peer_introduce (stranger);
    test_wait_until (test_peer_is_closed (stranger));
    g_assert_cmpuint (stranger->received->len, ==, 0);
    g_assert_cmpuint (room->n_asked, ==, 0);
  }

  neighbour = test_peer_new_between (HERE, HERE, room->port);
  test_peer_introduce (neighbour);
  asked = test_room_wait (room, THRU_ENGINE_LINK_ASKS);
  g_assert_true (g_str_has_prefix (asked->address, HERE ":"));
}

/* It is accepted each time, for it says hello as a room does. */
static void
test_comes_and_goes (void)
{
  g_autoptr(TestRoom) room = test_room_new ("room", "Live room");

  test_room_listen (room);
  for (guint i = 0; i < N_KNOCKS; i++)
    {
      g_autoptr(TestPeer) peer = test_peer_new_between (THERE, HERE, room->port);
      gsize n_asked = room->n_asked;

      test_peer_introduce (peer);
      test_wait_until (room->n_asked > n_asked || test_peer_is_closed (peer));
      g_socket_close (peer->socket, NULL);
      if (room->n_asked > n_asked)
        thru_engine_event_free (test_room_wait (room, THRU_ENGINE_LINK_CLOSED));
    }

  g_assert_cmpuint (room->n_asked, ==, THRU_LIMIT_FAILURES);
}

static void
test_one_address_has_four_links (void)
{
  g_autoptr(TestRoom) room = test_room_new ("room", "Live room");
  TestPeer *peers[THRU_LIMIT_LINKS_PER_ADDRESS + 1];

  test_room_listen (room);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      peers[i] = test_peer_new_between (THERE, HERE, room->port);
      test_peer_introduce (peers[i]);
      test_wait_until (room->n_asked == i + 1 || test_peer_is_closed (peers[i]));
    }

  g_assert_cmpuint (room->n_asked, ==, THRU_LIMIT_LINKS_PER_ADDRESS);
  g_assert_true (test_peer_is_closed (peers[THRU_LIMIT_LINKS_PER_ADDRESS]));
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    test_peer_free (peers[i]);
}

static guint64
processor_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (guint64)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC +
         (guint64)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void
limit_descriptors (rlim_t n)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MIN (n, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

/* A listener that tries again at once would spin. */
static void
check_no_descriptors (void)
{
  g_autoptr(TestRoom) room = test_room_new ("room", "Live room");
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(TestPeer) peer = test_peer_new_unconnected ();
  guint64 used_us;
  gint64 until_us;

  test_room_listen (room);
  address = g_inet_socket_address_new_from_string ("127.0.0.1", room->port);

  limit_descriptors (3);
  g_assert_true (g_socket_connect (peer->socket, address, NULL, NULL));
  test_peer_introduce (peer);
  used_us = processor_us ();
  until_us = g_get_monotonic_time () + G_USEC_PER_SEC;
  while (g_get_monotonic_time () < until_us)
    test_iterate ();
  g_assert_cmpuint (processor_us () - used_us, <, G_USEC_PER_SEC / 4);
  g_assert_cmpuint (room->n_asked, ==, 0);

  limit_descriptors (1024);
  asked = test_room_wait (room, THRU_ENGINE_LINK_ASKS);
}

static void
test_no_descriptors (void)
{
  if (g_test_subprocess ())
    {
      check_no_descriptors ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  open_network ();

  g_test_add_func ("/net/network/link-local-address-is-dialed-by-its-cable", test_link_local);
  g_test_add_func ("/net/network/link-local-address-without-a-cable-fails", test_link_local_without_scope);
  g_test_add_func ("/net/network/stranger-that-keeps-failing-is-ignored-alone", test_throttle);
  g_test_add_func ("/net/network/room-that-comes-and-goes-at-once-is-ignored", test_comes_and_goes);
  g_test_add_func ("/net/network/one-address-has-four-links", test_one_address_has_four_links);
  g_test_add_func ("/net/network/no-descriptors-is-waited-out-without-spinning", test_no_descriptors);

  return g_test_run ();
}
