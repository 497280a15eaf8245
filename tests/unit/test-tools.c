/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-tools.h"

#include <gio/gio.h>
#include <string.h>

GByteArray *
test_octets (const char *hex)
{
  GByteArray *octets = g_byte_array_new ();

  for (; *hex != '\0'; hex += 2)
    {
      int high = g_ascii_xdigit_value (hex[0]);
      int low = g_ascii_xdigit_value (hex[1]);
      guint8 octet = (guint8) (high << 4 | low);

      g_assert_cmpint (high, >=, 0);
      g_assert_cmpint (low, >=, 0);
      g_byte_array_append (octets, &octet, 1);
    }
  return octets;
}

void
test_append_hex (const uint8_t *message,
                 size_t         length,
                 void          *user)
{
  GString *text = user;

  if (text->len > 0)
    g_string_append_c (text, ' ');
  for (size_t i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", message[i]);
}

GPtrArray *
test_load_rows (const char *name,
                guint       n_columns)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) lines = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      g_ptr_array_add (rows, g_strsplit (lines[i], "\t", -1));
      g_assert_cmpuint (g_strv_length (g_ptr_array_index (rows, rows->len - 1)), ==, n_columns);
    }
  g_assert_cmpuint (rows->len, >, 0);
  return g_steal_pointer (&rows);
}

guint
test_find_port (void)
{
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr(GSocketListener) listener = g_socket_listener_new ();
      guint16 port = (guint16) g_random_int_range (10000, 32000);

      if (g_socket_listener_add_inet_port (listener, port, NULL, NULL))
        {
          g_socket_listener_close (listener);
          return port;
        }
    }
  g_error ("no port is free");
}
