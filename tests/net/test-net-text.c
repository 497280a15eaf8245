/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-net-text.h"

/* A name as someone may type it who wishes us ill. */
#define WHO "100 %s %n Studio"

static char *
closed (guint reason)
{
  return thru_net_text_closed ((ThruLinkReason) reason, WHO);
}

/* Whole sentences, each another, that hold @what as it is. */
static void
assert_sentences (GPtrArray  *texts,
                  const char *what)
{
  for (guint i = 0; i < texts->len; i++)
    {
      const char *text = g_ptr_array_index (texts, i);

      g_assert_nonnull (g_strstr_len (text, -1, what));
      g_assert_true (g_str_has_suffix (text, ".") || g_str_has_suffix (text, "?"));
      for (guint j = 0; j < i; j++)
        g_assert_cmpstr (text, !=, g_ptr_array_index (texts, j));
    }
}

static void
test_each_reason_has_a_sentence (void)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  static const ThruLinkReason reasons[] = {
    THRU_LINK_REASON_NONE, THRU_LINK_REASON_NOT_DMIDI, THRU_LINK_REASON_TLS, THRU_LINK_REASON_VERSION,
    THRU_LINK_REASON_MALFORMED, THRU_LINK_REASON_TOO_LONG, THRU_LINK_REASON_SILENT, THRU_LINK_REASON_OPENING_TIMEOUT,
    THRU_LINK_REASON_OVERFLOW,
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    g_ptr_array_add (texts, closed (reasons[i]));
  g_ptr_array_add (texts, thru_net_text_frozen (WHO));
  assert_sentences (texts, WHO);
}

static void
test_each_bye_has_a_sentence (void)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (texts, thru_net_text_bye ("duplicate", NULL, WHO));
  g_ptr_array_add (texts, thru_net_text_bye ("sleep", NULL, WHO));
  g_ptr_array_add (texts, thru_net_text_bye ("refused", NULL, WHO));
  g_ptr_array_add (texts, thru_net_text_bye ("refused", "Not today.", WHO));
  g_ptr_array_add (texts, thru_net_text_bye ("something new", "", WHO));
  g_ptr_array_add (texts, thru_net_text_bye ("something new", "So long.", WHO));
  assert_sentences (texts, WHO);
}

static GError *
fail (GQuark domain,
      int    code)
{
  return g_error_new_literal (domain, code, "a detail.");
}

static void
test_each_failure_has_a_sentence (void)
{
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  static const int codes[] = {
    G_IO_ERROR_INVALID_ARGUMENT, G_IO_ERROR_CONNECTION_REFUSED, G_IO_ERROR_TIMED_OUT, G_IO_ERROR_FAILED,
  };
  g_autoptr(GError) unknown = fail (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND);
  g_autoptr(GError) failed = fail (G_IO_ERROR, G_IO_ERROR_FAILED);
  g_autoptr(GError) timed_out = fail (G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_autofree char *lost = thru_net_text_lost (failed, WHO);
  g_autofree char *closed_by_them = thru_net_text_lost (NULL, WHO);
  g_autofree char *gone = thru_net_text_lost (timed_out, WHO);

  g_ptr_array_add (texts, thru_net_text_dial_failed (unknown, WHO, 1199));
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr(GError) error = fail (G_IO_ERROR, codes[i]);

      g_ptr_array_add (texts, thru_net_text_dial_failed (error, WHO, 1199));
    }
  assert_sentences (texts, WHO);
  g_assert_nonnull (g_strstr_len (lost, -1, "a detail."));
  g_assert_cmpstr (closed_by_them, ==, WHO " closed the connection.");
  g_assert_cmpstr (gone, ==, WHO " can no longer be reached. Check its cable or Wi-Fi.");
}

static void
test_port_that_can_not_be_had (void)
{
  static const int codes[] = { G_IO_ERROR_ADDRESS_IN_USE, G_IO_ERROR_PERMISSION_DENIED, G_IO_ERROR_FAILED };
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr(GError) error = fail (G_IO_ERROR, codes[i]);

      /* Nobody listens there. */
      g_ptr_array_add (texts, thru_net_text_listen_failed (error, 1));
    }
  assert_sentences (texts, "ort 1");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/text/each-reason-of-an-end-has-a-sentence", test_each_reason_has_a_sentence);
  g_test_add_func ("/net/text/each-bye-has-a-sentence", test_each_bye_has_a_sentence);
  g_test_add_func ("/net/text/each-failure-has-a-sentence", test_each_failure_has_a_sentence);
  g_test_add_func ("/net/text/port-that-can-not-be-had", test_port_that_can_not_be_had);
  return g_test_run ();
}
