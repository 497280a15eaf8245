/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-ring.h"

#include <glib.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

static void
test_gives_chunks_in_order (void)
{
  ThruRing *ring = thru_ring_new (256);
  uint8_t bytes[16];
  uint64_t time_us = 0;

  g_assert_true (thru_ring_write (ring, 11, (const uint8_t *)"\x90\x3c\x64", 3));
  g_assert_true (thru_ring_write (ring, 12, (const uint8_t *)"\xf8", 1));

  g_assert_cmpmem (bytes, thru_ring_read (ring, &time_us, bytes, sizeof bytes, NULL), "\x90\x3c\x64", 3);
  g_assert_cmpuint (time_us, ==, 11);
  g_assert_cmpmem (bytes, thru_ring_read (ring, &time_us, bytes, sizeof bytes, NULL), "\xf8", 1);
  g_assert_cmpuint (time_us, ==, 12);
  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, sizeof bytes, NULL), ==, 0);
  thru_ring_free (ring);
}

static void
test_long_chunks_go_aside_and_stay_in_order (void)
{
  ThruRing *ring = thru_ring_new_with_aside (256, 4096);
  uint8_t written[4096];
  uint8_t bytes[4096];
  uint64_t time_us;
  uint32_t lost;

  for (guint i = 0; i < sizeof written; i++)
    written[i] = (uint8_t)(i * 7);

  for (guint round = 0; round < 3; round++)
    {
      g_assert_true (thru_ring_write (ring, 1, written, 3));
      g_assert_true (thru_ring_write (ring, 2, written, 3000));
      g_assert_true (thru_ring_write (ring, 3, written, 64));
      g_assert_false (thru_ring_write (ring, 4, written, 3000));
      g_assert_true (thru_ring_write (ring, 5, written + 3000, 1000));

      g_assert_cmpmem (bytes, thru_ring_read (ring, &time_us, bytes, sizeof bytes, &lost), written, 3);
      g_assert_cmpmem (bytes, thru_ring_read (ring, &time_us, bytes, 1700, &lost), written, 1700);
      g_assert_cmpmem (bytes, thru_ring_read (ring, &time_us, bytes, 1700, &lost), written + 1700, 1300);
      g_assert_cmpuint (time_us, ==, 2);
      g_assert_cmpmem (bytes, thru_ring_read (ring, &time_us, bytes, sizeof bytes, &lost), written, 64);
      g_assert_cmpuint (lost, ==, 0);
      g_assert_cmpmem (bytes, thru_ring_read (ring, &time_us, bytes, sizeof bytes, &lost), written + 3000, 1000);
      g_assert_cmpuint (lost, ==, 1);
      g_assert_cmpuint (thru_ring_fill (ring), ==, 0);
    }
  thru_ring_free (ring);
}

static void
test_full_refuses_whole_chunks (void)
{
  ThruRing *ring = thru_ring_new (64);
  uint8_t bytes[64] = { 0 };
  uint64_t time_us;

  g_assert_true (thru_ring_write (ring, 1, bytes, 40));
  g_assert_cmpuint (thru_ring_fill (ring), ==, 56);
  g_assert_false (thru_ring_write (ring, 2, bytes, 3));
  g_assert_false (thru_ring_write (ring, 3, bytes, 1));

  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, sizeof bytes, NULL), ==, 40);
  g_assert_true (thru_ring_write (ring, 4, bytes, 48));
  g_assert_cmpuint (thru_ring_fill (ring), ==, 64);
  g_assert_false (thru_ring_write (ring, 5, bytes, 49));
  thru_ring_free (ring);
}

static void
test_a_loss_is_told_before_the_chunk_behind_it (void)
{
  ThruRing *ring = thru_ring_new (64);
  uint8_t bytes[64] = { 0 };
  uint64_t time_us;
  uint32_t lost = 9;

  g_assert_true (thru_ring_write (ring, 1, bytes, 40));
  g_assert_false (thru_ring_write (ring, 2, bytes, 3));
  g_assert_false (thru_ring_write (ring, 3, bytes, 3));
  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, sizeof bytes, &lost), ==, 40);
  g_assert_cmpuint (lost, ==, 0);

  g_assert_true (thru_ring_write (ring, 4, bytes, 5));
  g_assert_true (thru_ring_write (ring, 5, bytes, 1));
  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, 3, &lost), ==, 3);
  g_assert_cmpuint (lost, ==, 2);
  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, 3, &lost), ==, 2);
  g_assert_cmpuint (lost, ==, 0);
  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, 3, &lost), ==, 1);
  g_assert_cmpuint (lost, ==, 0);
  thru_ring_free (ring);
}

static void
test_an_empty_ring_tells_what_was_lost_last (void)
{
  ThruRing *ring = thru_ring_new (64);
  uint8_t bytes[64] = { 0 };
  uint64_t time_us;
  uint32_t lost;

  g_assert_false (thru_ring_write (ring, 1, bytes, 64));
  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, sizeof bytes, &lost), ==, 0);
  g_assert_cmpuint (lost, ==, 1);
  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, sizeof bytes, &lost), ==, 0);
  g_assert_cmpuint (lost, ==, 0);

  g_assert_true (thru_ring_write (ring, 2, bytes, 3));
  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, sizeof bytes, &lost), ==, 3);
  g_assert_cmpuint (lost, ==, 0);
  thru_ring_free (ring);
}

/* Numbered chunks, of which each is read or told as lost in its place. */
static void
test_nothing_is_lost_untold (void)
{
  for (guint round = 0; round < 200; round++)
    {
      ThruRing *ring = thru_ring_new ((gsize)g_test_rand_int_range (64, 600));
      uint64_t expected = 1;
      uint8_t bytes[80] = { 0 };
      uint32_t lost;

      for (uint64_t number = 1; number <= 1000; number++)
        {
          uint64_t time_us = 0;

          thru_ring_write (ring, number, bytes, (gsize)g_test_rand_int_range (1, sizeof bytes));
          if (g_test_rand_int_range (0, 3) > 0)
            continue;
          if (thru_ring_read (ring, &time_us, bytes, sizeof bytes, &lost) == 0)
            time_us = number + 1;
          g_assert_cmpuint (expected + lost, ==, time_us);
          expected = time_us + (time_us <= number);
        }
      thru_ring_free (ring);
    }
}

static void
test_a_chunk_longer_than_the_buffer_comes_in_pieces (void)
{
  ThruRing *ring = thru_ring_new (1024);
  uint8_t written[300];
  uint8_t bytes[300];
  uint64_t time_us = 0;
  size_t total = 0;

  for (guint i = 0; i < sizeof written; i++)
    written[i] = (uint8_t)i;
  thru_ring_write (ring, 7, written, sizeof written);
  thru_ring_write (ring, 8, written, 1);

  while (total < sizeof written)
    {
      size_t length = thru_ring_read (ring, &time_us, bytes + total, 128, NULL);

      g_assert_cmpuint (length, >, 0);
      g_assert_cmpuint (time_us, ==, 7);
      total += length;
    }
  g_assert_cmpmem (bytes, total, written, sizeof written);
  g_assert_cmpuint (thru_ring_read (ring, &time_us, bytes, 128, NULL), ==, 1);
  g_assert_cmpuint (time_us, ==, 8);
  g_assert_cmpuint (thru_ring_fill (ring), ==, 0);
  thru_ring_free (ring);
}

static void
test_nothing_changes_at_the_seam (void)
{
  ThruRing *ring = thru_ring_new (128);
  uint8_t written[32];
  uint8_t bytes[32];
  uint64_t time_us;

  for (guint i = 0; i < 10000; i++)
    {
      size_t length = 1 + i % sizeof written;

      memset (written, (int)(i & 0x7f), length);
      g_assert_true (thru_ring_write (ring, i, written, length));
      g_assert_cmpmem (bytes, thru_ring_read (ring, &time_us, bytes, sizeof bytes, NULL), written, length);
      g_assert_cmpuint (time_us, ==, i);
    }
  thru_ring_free (ring);
}

static void
test_an_impossible_capacity_is_refused (void)
{
  g_assert_null (thru_ring_new (SIZE_MAX));
}

#define N_CHUNKS 200000u
#define N_OVERFLOW 1000000u

/* Plain pthreads, whose synchronisation ThreadSanitizer understands. */
static void *
produce (void *user)
{
  ThruRing *ring = user;
  uint8_t bytes[24];

  for (uint32_t i = 0; i < N_CHUNKS;)
    {
      size_t length = sizeof i + i % 20;

      memset (bytes, (int)(i & 0xff), sizeof bytes);
      memcpy (bytes, &i, sizeof i);
      if (thru_ring_write (ring, i, bytes, length))
        i++;
      else
        sched_yield ();
    }
  return NULL;
}

static void
test_two_threads_lose_and_change_nothing (void)
{
  ThruRing *ring = thru_ring_new (4096);
  pthread_t producer;
  uint8_t bytes[64];
  uint64_t time_us = 0;

  g_assert_cmpint (pthread_create (&producer, NULL, produce, ring), ==, 0);
  for (uint32_t expected = 0; expected < N_CHUNKS;)
    {
      size_t length = thru_ring_read (ring, &time_us, bytes, sizeof bytes, NULL);
      uint32_t number;

      if (length == 0)
        {
          sched_yield ();
          continue;
        }
      memcpy (&number, bytes, sizeof number);
      if (number != expected || time_us != expected || length != sizeof number + expected % 20)
        g_error ("chunk %u came as %u", expected, number);
      for (size_t i = sizeof number; i < length; i++)
        if (bytes[i] != (uint8_t)expected)
          g_error ("chunk %u is changed", expected);
      expected++;
    }
  pthread_join (producer, NULL);
  g_assert_cmpuint (thru_ring_fill (ring), ==, 0);
  thru_ring_free (ring);
}

/* Loses what there is no room for: the ring is small, so that it is full and empty in turns all the time. */
static void *
overflow (void *user)
{
  ThruRing *ring = user;
  uint8_t bytes[24] = { 0 };

  for (uint32_t i = 0; i < N_OVERFLOW; i++)
    {
      thru_ring_write (ring, i, bytes, 1 + i % 4);
      if (i % 16 == 0)
        sched_yield ();
    }
  return NULL;
}

static void
test_two_threads_agree_on_what_was_lost_where (void)
{
  ThruRing *ring = thru_ring_new (64);
  pthread_t producer;
  uint8_t bytes[24];
  uint64_t time_us = 0;
  uint32_t n_lost = 0;
  uint32_t expected = 0;

  g_assert_cmpint (pthread_create (&producer, NULL, overflow, ring), ==, 0);
  while (expected < N_OVERFLOW)
    {
      uint32_t lost;
      size_t length = thru_ring_read (ring, &time_us, bytes, sizeof bytes, &lost);

      n_lost += lost;
      expected += lost;
      if (length == 0)
        {
          sched_yield ();
          continue;
        }
      if (time_us != expected || length != 1 + expected % 4)
        g_error ("chunk %u came as %" G_GUINT64_FORMAT, expected, time_us);
      expected++;
    }
  pthread_join (producer, NULL);
  g_assert_cmpuint (expected, ==, N_OVERFLOW);
  g_test_message ("%u of %u were lost", n_lost, N_OVERFLOW);
  thru_ring_free (ring);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/ring/gives-chunks-in-order", test_gives_chunks_in_order);
  g_test_add_func ("/engine/ring/full-refuses-whole-chunks", test_full_refuses_whole_chunks);
  g_test_add_func ("/engine/ring/long-chunks-go-aside-and-stay-in-order", test_long_chunks_go_aside_and_stay_in_order);
  g_test_add_func ("/engine/ring/a-loss-is-told-before-the-chunk-behind-it", test_a_loss_is_told_before_the_chunk_behind_it);
  g_test_add_func ("/engine/ring/an-empty-ring-tells-what-was-lost-last", test_an_empty_ring_tells_what_was_lost_last);
  g_test_add_func ("/engine/ring/nothing-is-lost-untold", test_nothing_is_lost_untold);
  g_test_add_func ("/engine/ring/a-chunk-longer-than-the-buffer-comes-in-pieces",
                   test_a_chunk_longer_than_the_buffer_comes_in_pieces);
  g_test_add_func ("/engine/ring/nothing-changes-at-the-seam", test_nothing_changes_at_the_seam);
  g_test_add_func ("/engine/ring/an-impossible-capacity-is-refused", test_an_impossible_capacity_is_refused);
  g_test_add_func ("/engine/ring/two-threads-lose-and-change-nothing", test_two_threads_lose_and_change_nothing);
  g_test_add_func ("/engine/ring/two-threads-agree-on-what-was-lost-where", test_two_threads_agree_on_what_was_lost_where);

  return g_test_run ();
}
