/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-limits.h"
#include "thru-throttle.h"
#include "thru-token-bucket.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

static GInetAddress *
neighbour (guint8 number)
{
  const guint8 bytes[4] = { 192, 168, 7, number };

  return g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV4);
}

static const ThruThrottleCensus nobody = { 0 };

/* Whether it may come when nobody else is there. */
static gboolean
allows (ThruThrottle *throttle,
        GInetAddress *address,
        gint64        now_us)
{
  return thru_throttle_allows (throttle, address, &nobody, now_us);
}

static void
test_ignores_after_failures (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) bad = neighbour (1);
  g_autoptr(GInetAddress) good = neighbour (2);

  for (guint i = 0; i < THRU_LIMIT_FAILURES; i++)
    {
      g_assert_true (allows (throttle, bad, i * SECOND));
      thru_throttle_failed (throttle, bad, i * SECOND);
    }

  g_assert_false (allows (throttle, bad, 10 * SECOND));
  g_assert_false (allows (throttle, bad, 300 * SECOND));
  g_assert_true (allows (throttle, good, 10 * SECOND));
  g_assert_true (allows (throttle, bad, 310 * SECOND));
}

static void
test_slow_failures (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) address = neighbour (1);

  for (guint i = 0; i < 100; i++)
    {
      thru_throttle_failed (throttle, address, i * 15 * SECOND);
      g_assert_true (allows (throttle, address, i * 15 * SECOND));
    }
}

static void
test_lasting_is_forgiven (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) address = neighbour (1);

  for (guint i = 0; i < 100; i++)
    {
      thru_throttle_failed (throttle, address, i);
      thru_throttle_lasted (throttle, address, i);
      g_assert_true (allows (throttle, address, i));
    }
}

static void
test_forged_addresses (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) bad = neighbour (1);
  guint8 bytes[16] = { 0xfd };

  for (guint i = 0; i < 10 * THRU_THROTTLE_SLOTS; i++)
    {
      g_autoptr(GInetAddress) forged = NULL;

      bytes[14] = (guint8)(i >> 8);
      bytes[15] = (guint8)i;
      forged = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);
      thru_throttle_failed (throttle, forged, i);
      g_assert_true (allows (throttle, forged, i));
    }

  for (guint i = 0; i < THRU_LIMIT_FAILURES; i++)
    thru_throttle_failed (throttle, bad, 10 * SECOND);
  g_assert_false (allows (throttle, bad, 10 * SECOND));
}

/* Its program crashes as soon as it has connected, again and again. */
static void
test_known_is_back_soon (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) address = neighbour (1);
  guint n_ignored = 0;

  thru_throttle_lasted (throttle, address, SECOND);
  for (guint i = 0; i < 10 * THRU_LIMIT_FAILURES; i++)
    {
      gint64 now_us = (10 + i) * SECOND / 10;

      if (allows (throttle, address, now_us))
        thru_throttle_failed (throttle, address, now_us);
      else
        n_ignored++;
      g_assert_true (allows (throttle, address, now_us + THRU_LIMIT_IGNORED_KNOWN_US));
    }
  g_assert_cmpuint (n_ignored, >, 0);
}

static void
test_forged_addresses_do_not_displace (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) known = neighbour (1);
  g_autoptr(GInetAddress) oldest = neighbour (2);

  thru_throttle_lasted (throttle, oldest, 1);
  for (guint8 i = 3; i < 3 + THRU_THROTTLE_KNOWN; i++)
    {
      g_autoptr(GInetAddress) other = neighbour (i);

      thru_throttle_lasted (throttle, known, i);
      thru_throttle_lasted (throttle, other, i);
      thru_throttle_failed (throttle, other, i);
    }
  g_assert_true (thru_throttle_knows (throttle, known));
  g_assert_false (thru_throttle_knows (throttle, oldest));
}

static void
test_places (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) stranger = neighbour (1);
  g_autoptr(GInetAddress) known = neighbour (2);
  const ThruThrottleCensus full = { .n = THRU_LIMIT_LINKS };
  const ThruThrottleCensus nearly_full = { .n = THRU_LIMIT_LINKS - THRU_LIMIT_LINKS_KEPT };
  const ThruThrottleCensus last_place = { .n = THRU_LIMIT_LINKS - THRU_LIMIT_LINKS_KEPT - 1 };
  const ThruThrottleCensus lasts = { .n = THRU_LIMIT_LINKS - 1, .lasts = TRUE };

  thru_throttle_lasted (throttle, known, 1);
  g_assert_true (thru_throttle_allows (throttle, stranger, &last_place, 1));
  g_assert_false (thru_throttle_allows (throttle, stranger, &nearly_full, 1));
  g_assert_true (thru_throttle_allows (throttle, known, &nearly_full, 1));
  g_assert_true (thru_throttle_allows (throttle, stranger, &lasts, 1));
  g_assert_false (thru_throttle_allows (throttle, known, &full, 1));
}

static void
test_undecided (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) stranger = neighbour (1);
  g_autoptr(GInetAddress) known = neighbour (2);
  const ThruThrottleCensus crowd = { .n = 20, .n_undecided = THRU_LIMIT_LINKS_UNDECIDED };

  thru_throttle_lasted (throttle, known, 1);
  g_assert_false (thru_throttle_allows (throttle, stranger, &crowd, 1));
  g_assert_true (thru_throttle_allows (throttle, known, &crowd, 1));
}

static void
test_per_address (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) address = neighbour (1);
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6);
  ThruThrottleCensus census = { .n = 20, .n_same_address = THRU_LIMIT_LINKS_PER_ADDRESS - 1 };

  thru_throttle_lasted (throttle, address, 1);
  g_assert_true (thru_throttle_allows (throttle, address, &census, 1));
  census.n_same_address++;
  g_assert_false (thru_throttle_allows (throttle, address, &census, 1));
  g_assert_true (thru_throttle_allows (throttle, loopback, &census, 1));
}

static void
test_own_computer (void)
{
  g_autoptr(ThruThrottle) throttle = thru_throttle_new ();
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  for (guint i = 0; i < 100; i++)
    thru_throttle_failed (throttle, loopback, i);
  g_assert_true (allows (throttle, loopback, 100));
}

static void
test_bucket_burst_and_rate (void)
{
  ThruTokenBucket bucket;
  guint n_fine = 0;

  thru_token_bucket_init (&bucket, 4000, 2000, 20000, 2, 0);

  for (guint i = 0; i < 3000; i++)
    n_fine += thru_token_bucket_take (&bucket, 0) == THRU_TOKEN_BUCKET_FINE;
  g_assert_cmpuint (n_fine, ==, 2000);

  n_fine = 0;
  for (guint i = 0; i < 10000; i++)
    n_fine += thru_token_bucket_take (&bucket, i * 100) == THRU_TOKEN_BUCKET_FINE;
  g_assert_cmpuint (n_fine, >=, 3990);
  g_assert_cmpuint (n_fine, <=, 4001);
}

static void
test_bucket_steady (void)
{
  ThruTokenBucket bucket;

  thru_token_bucket_init (&bucket, 4000, 2000, 20000, 2, 5 * SECOND);
  for (guint i = 0; i < 40000; i++)
    g_assert_cmpint (thru_token_bucket_take (&bucket, 5 * SECOND + i * 250), ==, THRU_TOKEN_BUCKET_FINE);

  /* After a week of quiet, and after a clock that went back, it goes on. */
  g_assert_cmpint (thru_token_bucket_take (&bucket, 7 * 86400 * SECOND), ==, THRU_TOKEN_BUCKET_FINE);
  g_assert_cmpint (thru_token_bucket_take (&bucket, 0), ==, THRU_TOKEN_BUCKET_FINE);
}

static gint64
flood_until (guint messages_per_second)
{
  ThruTokenBucket bucket;

  thru_token_bucket_init (&bucket, 4000, 2000, 20000, 2, 0);
  for (gint64 now = 0; now < 10 * SECOND; now += SECOND / messages_per_second)
    {
      if (thru_token_bucket_take (&bucket, now) == THRU_TOKEN_BUCKET_FLOOD)
        return now;
    }

  return -1;
}

static void
test_bucket_flood (void)
{
  gint64 when = flood_until (25000);

  g_assert_cmpint (when, >=, 2 * SECOND);
  g_assert_cmpint (when, <, 3 * SECOND);
  g_assert_cmpint (flood_until (19000), ==, -1);
}

/* 20,000 controllers a second, as they come from a computer that hands on what 100 ms brought at once. */
static void
test_limits_of_a_link (void)
{
  ThruTokenBucket bucket;

  thru_token_bucket_init (&bucket, THRU_LIMIT_MESSAGES_PER_SECOND, THRU_LIMIT_MESSAGES_BURST, THRU_LIMIT_FLOOD_PER_SECOND,
                          THRU_LIMIT_FLOOD_SECONDS, 0);
  for (guint i = 0; i < 10 * 20000; i++)
    g_assert_cmpint (thru_token_bucket_take (&bucket, (i / 2000) * SECOND / 10), ==, THRU_TOKEN_BUCKET_FINE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/net/throttle/address-that-keeps-failing-is-ignored-for-a-while", test_ignores_after_failures);
  g_test_add_func ("/net/throttle/slow-failures-are-fine", test_slow_failures);
  g_test_add_func ("/net/throttle/address-of-a-lasting-link-is-forgiven", test_lasting_is_forgiven);
  g_test_add_func ("/net/throttle/forged-addresses-do-not-fill-it", test_forged_addresses);
  g_test_add_func ("/net/throttle/known-address-that-keeps-failing-is-back-within-2-s", test_known_is_back_soon);
  g_test_add_func ("/net/throttle/forged-addresses-do-not-displace-a-known-one", test_forged_addresses_do_not_displace);
  g_test_add_func ("/net/throttle/last-places-are-kept-for-known-addresses", test_places);
  g_test_add_func ("/net/throttle/known-address-comes-in-past-a-crowd-of-undecided", test_undecided);
  g_test_add_func ("/net/throttle/one-address-has-four-places", test_per_address);
  g_test_add_func ("/net/throttle/own-computer-is-not-counted", test_own_computer);
  g_test_add_func ("/net/token-bucket/lets-burst-and-rate-through", test_bucket_burst_and_rate);
  g_test_add_func ("/net/token-bucket/steady-rate-never-runs-out", test_bucket_steady);
  g_test_add_func ("/net/token-bucket/flood-is-noticed-after-two-seconds", test_bucket_flood);
  g_test_add_func ("/net/token-bucket/link-may-play-20000-messages-a-second", test_limits_of_a_link);

  return g_test_run ();
}
