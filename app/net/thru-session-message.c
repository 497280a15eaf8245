/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-session-message.h"

G_DEFINE_QUARK (thru-session-error-quark, thru_session_error)

/* Control characters break lines and bidirectional overrides swap words, so that a stranger's name could pass for another's. The
 * two joiners are format characters that real names in several scripts need. */
static gboolean
is_fit_to_show (gunichar c)
{
  if (c == 0x200c || c == 0x200d)
    return TRUE;

  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;

    default:
      return TRUE;
    }
}

char *
thru_session_clean_text (const char *text,
                         gssize      length,
                         gsize       max)
{
  g_autofree char *valid = NULL;
  GString *clean;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, length);
  clean = g_string_sized_new (max);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gsize size = (gsize)(g_utf8_next_char (p) - p);

      if (!is_fit_to_show (g_utf8_get_char (p)))
        continue;

      if (clean->len + size > max)
        break;

      g_string_append_len (clean, p, (gssize)size);
    }

  return g_string_free (clean, FALSE);
}

ThruSessionDevice *
thru_session_device_new (void)
{
  return g_new0 (ThruSessionDevice, 1);
}

void
thru_session_device_free (ThruSessionDevice *device)
{
  if (device == NULL)
    return;

  g_free (device->id);
  g_free (device->name);
  g_free (device);
}

ThruSessionRoute *
thru_session_route_new (void)
{
  return g_new0 (ThruSessionRoute, 1);
}

void
thru_session_route_free (ThruSessionRoute *route)
{
  if (route == NULL)
    return;

  g_free (route->from_device);
  g_free (route->to_room);
  g_free (route->to_device);
  g_free (route->to_room_name);
  g_free (route->to_device_name);
  g_free (route->state);
  g_free (route->reason);
  g_free (route);
}

ThruSessionMessage *
thru_session_message_new (ThruSessionType type)
{
  ThruSessionMessage *message = g_new0 (ThruSessionMessage, 1);

  message->type = type;

  if (type == THRU_SESSION_DEVICES)
    message->devices = g_ptr_array_new_with_free_func ((GDestroyNotify)thru_session_device_free);
  else if (type == THRU_SESSION_ROUTES)
    message->routes = g_ptr_array_new_with_free_func ((GDestroyNotify)thru_session_route_free);
  else if (type == THRU_SESSION_ACTIVITY)
    message->activity = g_array_new (FALSE, TRUE, sizeof (ThruSessionActivity));
  else if (type == THRU_SESSION_REQUEST)
    message->route = thru_session_route_new ();

  return message;
}

void
thru_session_message_free (ThruSessionMessage *message)
{
  if (message == NULL)
    return;

  g_free (message->room_id);
  g_free (message->room_name);
  g_free (message->program);
  g_free (message->run);
  g_free (message->reason);
  g_free (message->code);
  g_free (message->state);
  g_clear_pointer (&message->devices, g_ptr_array_unref);
  g_clear_pointer (&message->routes, g_ptr_array_unref);
  g_clear_pointer (&message->activity, g_array_unref);
  g_clear_pointer (&message->route, thru_session_route_free);
  g_free (message);
}
