/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-demo-studio.h"
#include "thru-device-private.h"
#include "thru-room-private.h"
#include "thru-studio-private.h"
#include "thru-transfers.h"

#define SHOWN_MAX 64

/* What another room tells of its long messages, without the engine that would carry it. */
typedef struct
{
  ThruStudio    *studio;
  ThruTransfers *transfers;
  ThruPeer       peer;
  char          *told; /* the last that was said to the musician */
} Fixture;

static void
message_cb (ThruStudio *studio,
            const char *text,
            Fixture    *fixture)
{
  g_free (fixture->told);
  fixture->told = g_strdup (text);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  GListModel *rooms;
  GListModel *devices;
  g_autoptr(ThruRoom) room = NULL;

  fixture->studio = thru_demo_studio_new (2, SHOWN_MAX + 6);
  g_signal_connect (fixture->studio, "message", G_CALLBACK (message_cb), fixture);
  fixture->transfers = thru_transfers_new (fixture->studio, NULL, NULL, NULL);
  rooms = thru_studio_get_rooms (fixture->studio);
  room = g_list_model_get_item (rooms, 1);
  g_assert_false (thru_room_is_own (room));
  fixture->peer.room = room;
  devices = thru_room_get_devices (room);
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      _thru_device_set_address (device, 0x80000001 + i);
    }
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  thru_transfers_free (fixture->transfers);
  thru_studio_stop (fixture->studio);
  g_object_unref (fixture->studio);
  g_free (fixture->told);
}

/* Returns: (transfer none): the @n-th destination of the other room. */
static ThruDevice *
get_destination (Fixture *fixture,
                 guint    n)
{
  GListModel *devices = thru_room_get_devices (fixture->peer.room);

  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      if (!thru_device_is_source (device) && n-- == 0)
        return device;
    }
  g_assert_not_reached ();
}

static void
tell (Fixture    *fixture,
      guint32     address,
      const char *state,
      guint       length,
      guint       sent)
{
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_SYSEX);

  message->address = address;
  message->state = g_strdup (state);
  message->length = length;
  message->sent = sent;
  thru_transfers_take (fixture->transfers, &fixture->peer, message);
}

static void
tell_of (Fixture    *fixture,
         guint       n,
         const char *state,
         guint       length,
         guint       sent)
{
  tell (fixture, _thru_device_get_address (get_destination (fixture, n)), state, length, sent);
}

static guint
count_shown (Fixture *fixture)
{
  return g_list_model_get_n_items (thru_studio_get_transfers (fixture->studio));
}

static void
test_is_shown_until_done (Fixture      *fixture,
                          gconstpointer data)
{
  ThruTransfer *transfer;

  tell_of (fixture, 0, "sending", 65536, 20000);
  transfer = thru_studio_find_transfer (fixture->studio, get_destination (fixture, 0));
  g_assert_nonnull (transfer);
  g_assert_cmpuint (thru_transfer_get_percent (transfer), ==, 30);
  tell_of (fixture, 0, "sending", 65536, 65535);
  g_assert_true (thru_studio_find_transfer (fixture->studio, get_destination (fixture, 0)) == transfer);
  g_assert_cmpuint (thru_transfer_get_percent (transfer), ==, 99);
  tell_of (fixture, 0, "sending", 65536, G_MAXUINT);
  g_assert_cmpuint (thru_transfer_get_sent (transfer), ==, 65536);
  g_assert_cmpuint (thru_transfer_get_percent (transfer), ==, 100);
  g_assert_cmpuint (count_shown (fixture), ==, 1);
  tell_of (fixture, 0, "done", 65536, 65536);
  g_assert_cmpuint (count_shown (fixture), ==, 0);
  g_assert_null (fixture->told);
}

static void
test_cut_off_is_told (Fixture      *fixture,
                      gconstpointer data)
{
  tell_of (fixture, 1, "sending", 1000, 10);
  tell_of (fixture, 1, "broken", 1000, 20);
  g_assert_cmpuint (count_shown (fixture), ==, 0);
  g_assert_nonnull (fixture->told);
  g_assert_nonnull (g_strstr_len (fixture->told, -1, thru_device_get_name (get_destination (fixture, 1))));
}

static void
test_next_message_takes_the_place (Fixture      *fixture,
                                   gconstpointer data)
{
  tell_of (fixture, 0, "sending", 1000, 900);
  tell_of (fixture, 0, "sending", 2000, 100);
  g_assert_cmpuint (count_shown (fixture), ==, 1);
  g_assert_cmpuint (thru_transfer_get_percent (thru_studio_find_transfer (fixture->studio, get_destination (fixture, 0))), ==, 5);
}

static void
test_nonsense_is_ignored (Fixture      *fixture,
                          gconstpointer data)
{
  tell (fixture, 0xfe123456, "sending", 1000, 10);
  tell_of (fixture, 0, "sideways", 1000, 10);
  tell_of (fixture, 0, "done", 1000, 10);
  tell_of (fixture, 0, "cancel", 1000, 0);
  g_assert_cmpuint (count_shown (fixture), ==, 0);
  tell_of (fixture, 0, "sending", 0, 0);
  tell_of (fixture, 0, "sending", 0, 7);
  g_assert_cmpuint (count_shown (fixture), ==, 1);
}

static void
test_one_room_shows_no_more_than_64 (Fixture      *fixture,
                                     gconstpointer data)
{
  for (guint i = 0; i < SHOWN_MAX + 6; i++)
    tell_of (fixture, i, "sending", 1000, i);
  g_assert_cmpuint (count_shown (fixture), ==, SHOWN_MAX);
  thru_transfers_forget (fixture->transfers, &fixture->peer);
  g_assert_cmpuint (count_shown (fixture), ==, 0);
  tell_of (fixture, SHOWN_MAX, "sending", 1000, 1);
  g_assert_cmpuint (count_shown (fixture), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/studio/transfers/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("of-another-room-is-shown-until-done", test_is_shown_until_done);
  ADD ("of-another-room-that-is-cut-off-is-told", test_cut_off_is_told);
  ADD ("next-message-takes-the-place", test_next_message_takes_the_place);
  ADD ("nonsense-is-ignored", test_nonsense_is_ignored);
  ADD ("one-room-shows-no-more-than-64", test_one_room_shows_no_more_than_64);
  return g_test_run ();
}
