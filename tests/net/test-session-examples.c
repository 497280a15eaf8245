/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-session-message.h"

#include "test-tools.h"

#include <json-glib/json-glib.h>

/* The messages that PROTOCOL.md shows are those that the codec reads and writes. */

static void
assert_same_json (const char *a,
                  const char *b)
{
  g_autoptr(JsonNode) node_a = json_from_string (a, NULL);
  g_autoptr(JsonNode) node_b = json_from_string (b, NULL);

  g_assert_nonnull (node_a);
  g_assert_nonnull (node_b);
  if (!json_node_equal (node_a, node_b))
    g_error ("%s became %s", a, b);
}

static void
test_examples (void)
{
  g_autoptr(GPtrArray) rows = test_load_rows ("dmidi-session.jsonl", 1);

  for (guint i = 0; i < rows->len; i++)
    {
      const char *example = ((GStrv) g_ptr_array_index (rows, i))[0];
      g_autoptr(GError) error = NULL;
      g_autoptr(ThruSessionMessage) message = thru_session_message_decode (example, strlen (example), &error);
      g_autofree char *json = NULL;
      gsize length;

      g_assert_no_error (error);
      json = thru_session_message_encode (message, &length);
      g_assert_cmpuint (length, ==, strlen (json));
      assert_same_json (example, json);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/session-message/examples-of-the-protocol-pass-unchanged", test_examples);
  return g_test_run ();
}
