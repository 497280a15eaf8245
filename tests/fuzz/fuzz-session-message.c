/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"
#include "thru-dmidi-frame.h"
#include "thru-json-check.h"
#include "thru-session-message.h"

#include <string.h>

/* The octets are taken as one session message's JSON text. What is read is bounded and fit to show; written again and read again,
 * it is the same. */

static void
check_text (const char *text,
            size_t      max)
{
  if (text == NULL)
    return;

  fuzz_assert (strlen (text) <= max);
  fuzz_assert (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    fuzz_assert (!g_unichar_iscntrl (g_utf8_get_char (p)));
}

static void
check_route (const ThruSessionRoute *route)
{
  check_text (route->from_device, THRU_SESSION_ID_MAX);
  check_text (route->to_room, THRU_SESSION_ID_MAX);
  check_text (route->to_device, THRU_SESSION_ID_MAX);
  check_text (route->to_room_name, THRU_SESSION_NAME_MAX);
  check_text (route->to_device_name, THRU_SESSION_NAME_MAX);
  check_text (route->reason, THRU_SESSION_REASON_MAX);
  fuzz_assert (route->from_device != NULL && route->to_room != NULL && route->to_device != NULL);
}

static void
check_message (const ThruSessionMessage *message)
{
  check_text (message->room_id, THRU_SESSION_ID_MAX);
  check_text (message->room_name, THRU_SESSION_NAME_MAX);
  check_text (message->reason, THRU_SESSION_REASON_MAX);
  fuzz_assert (message->type != THRU_SESSION_HELLO || (message->room_id != NULL && *message->room_id != '\0'));
  fuzz_assert (message->type != THRU_SESSION_BYE || message->code != NULL);

  for (guint i = 0; message->devices != NULL && i < message->devices->len; i++)
    {
      const ThruSessionDevice *device = g_ptr_array_index (message->devices, i);

      check_text (device->id, THRU_SESSION_ID_MAX);
      check_text (device->name, THRU_SESSION_NAME_MAX);
      fuzz_assert (device->address >= THRU_DMIDI_ADDRESS_FIRST && device->address <= THRU_DMIDI_ADDRESS_LAST);
    }

  for (guint i = 0; message->routes != NULL && i < message->routes->len; i++)
    check_route (g_ptr_array_index (message->routes, i));

  if (message->type == THRU_SESSION_REQUEST)
    check_route (message->route);
}

static void
check_round_trip (const ThruSessionMessage *message)
{
  g_autofree char *json = NULL;
  g_autofree char *again = NULL;
  g_autoptr(ThruSessionMessage) read = NULL;
  gsize length;
  gsize length_again;

  json = thru_session_message_encode (message, &length);
  fuzz_assert (thru_json_check (json, length));

  /* A list of short names grows by what was left out of it. */
  if (length > THRU_DMIDI_PAYLOAD_MAX)
    return;

  read = thru_session_message_decode (json, length, NULL);
  fuzz_assert (read != NULL);
  again = thru_session_message_encode (read, &length_again);
  fuzz_assert (length == length_again && memcmp (json, again, length) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  /* A block of its own, so that AddressSanitizer sees what is read beyond it. */
  g_autofree char *text = g_malloc (size > 0 ? size : 1);
  g_autofree char *clean = NULL;
  g_autoptr(ThruSessionMessage) message = NULL;
  g_autoptr(GError) error = NULL;

  if (size > 0)
    memcpy (text, data, size);

  clean = thru_session_clean_text (text, (gssize)size, THRU_SESSION_NAME_MAX);
  check_text (clean, THRU_SESSION_NAME_MAX);

  message = thru_session_message_decode (text, size, &error);
  fuzz_assert ((message == NULL) == (error != NULL));
  if (message == NULL)
    return 0;

  check_message (message);
  check_round_trip (message);
  return 0;
}
