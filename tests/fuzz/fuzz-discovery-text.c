/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"
#include "thru-discovery-text.h"

#include <string.h>

/* The first octet picks the name's limit; the rest is taken as a service's name, as a TXT string and as an address. What comes
 * out is fit to show and to dial. */

static void
check_name (const char *text,
            gsize       max)
{
  g_autofree char *clean = thru_discovery_clean_text (text, max);
  g_autofree char *again = thru_discovery_clean_text (clean, max);

  fuzz_assert (strlen (clean) <= max);
  fuzz_assert (g_utf8_validate (clean, -1, NULL));
  for (const char *p = clean; *p != '\0'; p = g_utf8_next_char (p))
    fuzz_assert (!g_unichar_iscntrl (g_utf8_get_char (p)));
  fuzz_assert (g_str_equal (clean, again));
}

static void
check_txt (const uint8_t *data,
           size_t         size)
{
  g_autofree uint8_t *copy = g_memdup2 (data, size);
  g_autofree char *id = thru_discovery_parse_txt_id (copy, size);

  if (id == NULL)
    return;
  fuzz_assert (strlen (id) == size - 3);
  fuzz_assert (strlen (id) <= THRU_DISCOVERY_ID_MAX);
  fuzz_assert (g_utf8_validate (id, -1, NULL) && strpbrk (id, " \t\r\n") == NULL);
}

static void
check_address (const uint8_t *data,
               GSocketFamily  family,
               guint          port)
{
  g_autoptr(GInetAddress) inet = g_inet_address_new_from_bytes (data, family);
  g_autofree char *text = thru_discovery_format_address (inet, port, "eth0", FALSE);

  if (text == NULL)
    return;
  fuzz_assert (port >= THRU_DISCOVERY_PORT_MIN);
  fuzz_assert (strstr (text, "127.") != text && strstr (text, "0.0.0.0") != text);
  fuzz_assert (thru_discovery_compare_address (&text, &text) == 0);
  fuzz_assert ((strchr (text, '%') != NULL) == (family == G_SOCKET_FAMILY_IPV6 && g_inet_address_get_is_link_local (inet)));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = NULL;

  if (size == 0)
    return 0;

  text = g_strndup ((const char *) data + 1, size - 1);
  check_name (text, data[0] % (THRU_DISCOVERY_NAME_MAX + 1));
  check_txt (data + 1, size - 1);
  if (size >= 4)
    check_address (data, G_SOCKET_FAMILY_IPV4, size >= 6 ? data[4] * 256u + data[5] : 1199);
  if (size >= 16)
    check_address (data, G_SOCKET_FAMILY_IPV6, size >= 18 ? data[16] * 256u + data[17] : 1199);
  return 0;
}
