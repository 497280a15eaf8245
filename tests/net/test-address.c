/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-address-policy.h"
#include "thru-address.h"

static void
test_split (void)
{
  static const struct { const char *text; const char *host; guint port; } cases[] = {
    { "10.77.0.2", "10.77.0.2", 1199 },
    { "10.77.0.2:1200", "10.77.0.2", 1200 },
    { "studio.local", "studio.local", 1199 },
    { "studio.local:5000", "studio.local", 5000 },
    { "fd00::2", "fd00::2", 1199 },
    { "[fd00::2]", "fd00::2", 1199 },
    { "[fe80::1%eth0]:1199", "fe80::1%eth0", 1199 },
    { "fe80::1%eth0", "fe80::1%eth0", 1199 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *host = NULL;
      guint16 port;

      g_assert_true (thru_address_split (cases[i].text, &host, &port));
      g_assert_cmpstr (host, ==, cases[i].host);
      g_assert_cmpuint (port, ==, cases[i].port);
    }
}

static void
test_split_refuses (void)
{
  static const char *const texts[] = {
    "", ":", ":1199", "host:", "host:0", "host:65536", "host:x", "host:-1", "[fd00::2", "[]:1199", "[fd00::2]x", "[fd00::2]:",
    "two words", "user@host", "http://host/", "host\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *host = NULL;
      guint16 port;

      g_assert_false (thru_address_split (texts[i], &host, &port));
      g_assert_null (host);
    }
}

static void
test_format (void)
{
  static const struct { const char *host; const char *text; } cases[] = {
    { "10.77.0.2", "10.77.0.2:1199" },
    { "::ffff:10.77.0.2", "10.77.0.2:1199" },
    { "fd00::2", "[fd00::2]:1199" },
    { "fe80::1%lo", "[fe80::1%lo]:1199" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string (cases[i].host, 1199);
      g_autofree char *text = thru_address_format (address);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_policy (void)
{
  static const struct { const char *address; gboolean allowed; } cases[] = {
    { "127.0.0.1", TRUE }, { "127.8.8.8", TRUE }, { "::1", TRUE }, { "::ffff:127.0.0.1", TRUE },
    { "169.254.3.4", TRUE }, { "fe80::1", TRUE },
    { "192.168.7.9", TRUE }, { "::ffff:192.168.7.9", TRUE }, { "192.168.8.1", FALSE }, { "::ffff:192.168.8.1", FALSE },
    { "100.64.1.1", TRUE }, { "100.128.0.1", FALSE },
    { "fd00:1::77", TRUE }, { "fd00:2::77", FALSE },
    { "8.8.8.8", FALSE }, { "2001:db8::1", FALSE }, { "0.0.0.0", FALSE }, { "::", FALSE }, { "10.0.0.1", FALSE },
  };
  static const struct { const char *network; guint bits; } networks[] = {
    { "192.168.7.1", 24 }, { "100.64.0.5", 10 }, { "fd00:1::5", 64 }, { "10.9.9.9", 0 },
  };
  g_autoptr(ThruAddressPolicy) policy = thru_address_policy_new ();

  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_autoptr(GInetAddress) network = g_inet_address_new_from_string (networks[i].network);

      thru_address_policy_add (policy, network, networks[i].bits);
    }

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GInetAddress) address = g_inet_address_new_from_string (cases[i].address);

      g_test_message ("%s", cases[i].address);
      g_assert_cmpint (thru_address_policy_allows (policy, address), ==, cases[i].allowed);
    }
}

static void
test_policy_of_this_computer (void)
{
  g_autoptr(ThruAddressPolicy) policy = thru_address_policy_new ();
  g_autoptr(GInetAddress) stranger = g_inet_address_new_from_string ("198.51.100.77");

  thru_address_policy_refresh (policy);
  thru_address_policy_refresh (policy);
  g_assert_false (thru_address_policy_allows (policy, stranger));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/net/address/splits-host-and-port", test_split);
  g_test_add_func ("/net/address/refuses-what-is-none", test_split_refuses);
  g_test_add_func ("/net/address/formats-for-people-and-for-dialing", test_format);
  g_test_add_func ("/net/address/only-neighbours-may-connect", test_policy);
  g_test_add_func ("/net/address/reads-the-networks-of-this-computer", test_policy_of_this_computer);

  return g_test_run ();
}
