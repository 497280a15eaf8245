/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-discovery-text.h"

#include <string.h>

static void
assert_clean (const char *text,
              gsize       max,
              const char *expected)
{
  g_autofree char *clean = thru_discovery_clean_text (text, max);

  g_assert_cmpstr (clean, ==, expected);
}

static void
test_name_unchanged (void)
{
  assert_clean ("Studio Ä – 東京", 63, "Studio Ä – 東京");
}

static void
test_name_cut (void)
{
  assert_clean ("abcé", 5, "abcé");
  assert_clean ("abcé", 4, "abc");
  assert_clean ("abc 東", 6, "abc");
  assert_clean ("x", 0, "");
}

static void
test_name_hostile (void)
{
  assert_clean ("Live\x1b[31m\nroom\x7f", 63, "Live[31mroom");
  assert_clean ("evil\xe2\x80\xae" "txt", 63, "eviltxt");
  assert_clean ("a\xe2\x80\xa8" "b\xe2\x81\xa6" "c", 63, "abc");
  assert_clean (" \t \n", 63, "");
  assert_clean ("bad\xff" "byte", 63, "bad\xef\xbf\xbd" "byte");
}

static void
assert_id (const char *txt,
           const char *expected)
{
  g_autofree char *id = thru_discovery_parse_txt_id ((const guint8 *) txt, strlen (txt));

  g_assert_cmpstr (id, ==, expected);
}

static void
test_txt_id (void)
{
  g_autofree char *longest = g_strnfill (THRU_DISCOVERY_ID_MAX, 'a');
  g_autofree char *fits = g_strconcat ("id=", longest, NULL);
  g_autofree char *too_long = g_strconcat ("id=a", longest, NULL);

  assert_id ("id=4f:9a", "4f:9a");
  assert_id ("ID=x", "x");
  assert_id (fits, longest);
  assert_id (too_long, NULL);
}

static void
test_txt_not_id (void)
{
  assert_id ("", NULL);
  assert_id ("id", NULL);
  assert_id ("id=", NULL);
  assert_id ("idx=1", NULL);
  assert_id ("txtvers=1", NULL);
  assert_id ("id=two words", NULL);
  assert_id ("id=\x01", NULL);
  assert_id ("id=é", NULL);
  g_assert_null (thru_discovery_parse_txt_id ((const guint8 *) "id=a\0b", 6));
}

static void
assert_address (const char *address,
                guint       port,
                const char *interface_name,
                gboolean    on_loopback,
                const char *expected)
{
  g_autoptr(GInetAddress) inet = g_inet_address_new_from_string (address);
  g_autofree char *text = thru_discovery_format_address (inet, port, interface_name, on_loopback);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_address_format (void)
{
  assert_address ("10.77.0.2", 1199, "eth0", FALSE, "10.77.0.2:1199");
  assert_address ("fd00::1", 1199, "eth0", FALSE, "[fd00::1]:1199");
  assert_address ("fe80::1", 1200, "eth0", FALSE, "[fe80::1%eth0]:1200");
  assert_address ("169.254.7.7", 1199, "eth0", FALSE, "169.254.7.7:1199");
  assert_address ("127.0.0.1", 1199, "lo", TRUE, "127.0.0.1:1199");
}

static void
test_address_refused (void)
{
  assert_address ("10.77.0.2", 0, "eth0", FALSE, NULL);
  assert_address ("10.77.0.2", 65536, "eth0", FALSE, NULL);
  assert_address ("0.0.0.0", 1199, "eth0", FALSE, NULL);
  assert_address ("224.0.0.251", 1199, "eth0", FALSE, NULL);
  assert_address ("ff02::fb", 1199, "eth0", FALSE, NULL);
  assert_address ("127.0.0.1", 1199, "eth0", FALSE, NULL);
  assert_address ("::1", 1199, "eth0", FALSE, NULL);
  assert_address ("::ffff:127.0.0.1", 1199, "eth0", FALSE, NULL);
  assert_address ("fe80::1", 1199, NULL, FALSE, NULL);
}

static void
test_port_refused (void)
{
  assert_address ("10.77.0.2", 22, "eth0", FALSE, NULL);
  assert_address ("fd00::1", 1023, "eth0", FALSE, NULL);
  assert_address ("10.77.0.2", 1024, "eth0", FALSE, "10.77.0.2:1024");
}

static void
test_address_order (void)
{
  static const char *const expected[] = {
    "10.77.0.2:1199", "192.168.1.7:1199", "[fd00::1]:1199", "169.254.7.7:1199", "[fe80::1%eth0]:1199", "127.0.0.1:1199",
  };
  g_autoptr(GPtrArray) addresses = g_ptr_array_new ();

  for (gsize i = G_N_ELEMENTS (expected); i > 0; i--)
    g_ptr_array_add (addresses, (gpointer) expected[i - 1]);
  g_ptr_array_sort (addresses, thru_discovery_compare_address);

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (addresses->pdata[i], ==, expected[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/text/ordinary-name-stays", test_name_unchanged);
  g_test_add_func ("/discovery/text/long-name-is-cut-at-a-character", test_name_cut);
  g_test_add_func ("/discovery/text/hostile-name-loses-its-teeth", test_name_hostile);
  g_test_add_func ("/discovery/text/identity-is-read-from-txt", test_txt_id);
  g_test_add_func ("/discovery/text/unusable-identity-is-none", test_txt_not_id);
  g_test_add_func ("/discovery/text/address-is-written-as-it-is-dialed", test_address_format);
  g_test_add_func ("/discovery/text/address-where-nobody-is-is-refused", test_address_refused);
  g_test_add_func ("/discovery/text/port-of-another-service-is-refused", test_port_refused);
  g_test_add_func ("/discovery/text/addresses-are-tried-best-first", test_address_order);
  return g_test_run ();
}
