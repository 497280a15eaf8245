/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-peer.h"
#include "thru-port-owner.h"

/* Port 1199 is 04AF: a link of user 1001 to it comes before the listener of user 1000. */
static const char tcp[] =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                       \n"
  "   0: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17011 1 0000000000000000 100\n"
  "   1: 0100007F:04AF 0100007F:9C40 01 00000000:00000000 02:00000A3C 00000000  1001        0 17013 2 0000000000000000 20\n"
  "   2: 0100007F:9C40 0100007F:04AF 01 00000000:00000000 02:00000A3C 00000000  1001        0 17014 2 0000000000000000 20\n"
  "   3: 00000000:04AF 00000000:0000 0A 00000000:00000001 00:00000000 00000000  1000        0 17012 1 0000000000000000 100\n";

static const char tcp6[] =
  "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt"
  "   uid  timeout inode\n"
  "   0: 00000000000000000000000000000000:04AF 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000"
  " 65534        0 21834 1 0000000000000000 100 0 0 10 0\n";

static void
test_ipv4 (void)
{
  guint32 uid;

  g_assert_true (thru_port_owner_parse (tcp, 1199, &uid));
  g_assert_cmpuint (uid, ==, 1000);
  g_assert_true (thru_port_owner_parse (tcp, 0x277, &uid));
  g_assert_cmpuint (uid, ==, 0);
}

static void
test_ipv6 (void)
{
  guint32 uid;

  g_assert_true (thru_port_owner_parse (tcp6, 1199, &uid));
  g_assert_cmpuint (uid, ==, 65534);
}

static void
test_connection (void)
{
  guint32 uid;

  g_assert_false (thru_port_owner_parse (tcp, 0x9c40, &uid));
  g_assert_false (thru_port_owner_parse (tcp, 1200, &uid));
}

static void
test_cut_table (void)
{
  guint32 uid;

  for (gsize length = 0; length < sizeof tcp - 1; length++)
    {
      g_autofree char *cut = g_strndup (tcp, length);

      thru_port_owner_parse (cut, 1199, &uid);
    }

  g_assert_false (thru_port_owner_parse ("nonsense\n0: :: 0A\n", 1199, &uid));
}

static void
test_this_computer (void)
{
  guint port;
  g_autoptr(GSocket) listener = test_peer_listen (&port);
  g_autofree char *name = NULL;

  g_assert_cmpint (thru_port_owner_find (port, &name), ==, THRU_PORT_OWNER_SELF);
  g_assert_null (name);

  g_socket_close (listener, NULL);
  g_assert_cmpint (thru_port_owner_find (port, &name), ==, THRU_PORT_OWNER_UNKNOWN);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/net/port-owner/listener-is-found", test_ipv4);
  g_test_add_func ("/net/port-owner/listener-on-ipv6-is-found", test_ipv6);
  g_test_add_func ("/net/port-owner/link-is-no-listener", test_connection);
  g_test_add_func ("/net/port-owner/cut-table-is-harmless", test_cut_table);
  g_test_add_func ("/net/port-owner/own-port-is-ours", test_this_computer);

  return g_test_run ();
}
