/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-service.h"

#include "thru-answers.h"
#include "thru-export.h"
#include "thru-status.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define INTERFACE THRU_APP_ID ".Studio"
#define ERROR_NAME THRU_APP_ID ".Error"
#define CHECK_MS 50

/* Longer than another room has for its answer. */
#define PATIENCE_SECONDS 7

static const char introspection[] =
  "<node>"
  " <interface name='" INTERFACE "'>"
  "  <method name='Status'><arg type='s' name='json' direction='out'/></method>"
  "  <method name='Connect'>"
  "   <arg type='s' name='from' direction='in'/><arg type='s' name='to' direction='in'/>"
  "   <arg type='s' name='state' direction='out'/><arg type='s' name='reason' direction='out'/>"
  "  </method>"
  "  <method name='ConnectAnyway'>"
  "   <arg type='s' name='from' direction='in'/><arg type='s' name='to' direction='in'/>"
  "   <arg type='s' name='state' direction='out'/><arg type='s' name='reason' direction='out'/>"
  "  </method>"
  "  <method name='Disconnect'>"
  "   <arg type='s' name='from' direction='in'/><arg type='s' name='to' direction='in'/>"
  "  </method>"
  "  <method name='Mute'>"
  "   <arg type='s' name='from' direction='in'/><arg type='s' name='to' direction='in'/>"
  "  </method>"
  "  <method name='Unmute'>"
  "   <arg type='s' name='from' direction='in'/><arg type='s' name='to' direction='in'/>"
  "  </method>"
  "  <method name='SameDevice'>"
  "   <arg type='s' name='old' direction='in'/><arg type='s' name='device' direction='in'/>"
  "  </method>"
  "  <method name='OtherDevice'><arg type='s' name='old' direction='in'/></method>"
  "  <method name='AddRoom'><arg type='s' name='address' direction='in'/></method>"
  "  <method name='RemoveRoom'><arg type='s' name='room' direction='in'/></method>"
  "  <method name='Allow'><arg type='s' name='room' direction='in'/></method>"
  "  <method name='Block'><arg type='s' name='room' direction='in'/></method>"
  "  <method name='LateLimit'><arg type='s' name='wanted' direction='in'/><arg type='s' name='limit' direction='out'/></method>"
  "  <method name='NewIdentity'/>"
  "  <method name='Names'><arg type='s' name='kind' direction='in'/><arg type='s' name='names' direction='out'/></method>"
  "  <method name='CancelSysex'><arg type='s' name='device' direction='in'/></method>"
  "  <method name='Panic'/>"
  " </interface>"
  "</node>";

struct _ThruService
{
  GObject     parent_instance;

  ThruStudio *studio;
  ThruExport *object;
};

G_DEFINE_FINAL_TYPE (ThruService, thru_service, G_TYPE_OBJECT)

/* A call that is answered when the other room has answered. */
typedef struct
{
  ThruStudio            *studio;
  ThruRoute             *route;
  GDBusMethodInvocation *invocation;
  gint64                 deadline; /* monotonic, microseconds */
  ThruChange             wanted;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_object (&call->invocation);
  g_object_unref (call->route);
  g_object_unref (call->studio);
  g_free (call);
}

static void
fail (GDBusMethodInvocation *invocation,
      const char            *message)
{
  g_dbus_method_invocation_return_dbus_error (invocation, ERROR_NAME, message);
}

/* @error: why it could not be done; NULL: it is. */
static void
answer (GDBusMethodInvocation *invocation,
        const GError          *error)
{
  if (error == NULL)
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    fail (invocation, error->message);
}

/* TRUE when the call was answered. */
static gboolean
answer_connect (Call      *call,
                ThruRoute *route,
                gboolean   late)
{
  ThruRouteState state;
  const char *reason;

  if (route == NULL)
    {
      fail (g_steal_pointer (&call->invocation), _("The other room has gone"));
      return TRUE;
    }

  state = thru_route_get_state (route);
  reason = thru_route_get_reason (route) != NULL ? thru_route_get_reason (route) : "";
  if (state == THRU_ROUTE_CONNECTING && !late)
    return FALSE;

  if (state == THRU_ROUTE_PROBLEM)
    fail (g_steal_pointer (&call->invocation), reason);
  else
    g_dbus_method_invocation_return_value (g_steal_pointer (&call->invocation),
                                           g_variant_new ("(ss)", thru_route_state_to_string (state), reason));
  return TRUE;
}

static void
answer_mute (Call      *call,
             ThruRoute *route)
{
  if (route == NULL)
    fail (g_steal_pointer (&call->invocation), _("The other room has gone"));
  else if ((thru_route_get_mute (route) != THRU_MUTE_NONE) == (call->wanted == THRU_CHANGE_MUTED))
    g_dbus_method_invocation_return_value (g_steal_pointer (&call->invocation), NULL);
  else
    fail (g_steal_pointer (&call->invocation), _("The other room leaves the route as it is"));
}

static void
answer_disconnect (Call      *call,
                   ThruRoute *route)
{
  if (route == NULL)
    g_dbus_method_invocation_return_value (g_steal_pointer (&call->invocation), NULL);
  else
    fail (g_steal_pointer (&call->invocation),
          thru_route_get_reason (route) != NULL ? thru_route_get_reason (route) : _("The other room keeps the route"));
}

static gboolean
check_cb (gpointer user_data)
{
  Call *call = user_data;
  const ThruRouteKey *key = _thru_route_get_key (call->route);
  ThruRoute *route = _thru_studio_find_route_by_key (call->studio, key);
  gboolean late = g_get_monotonic_time () >= call->deadline;

  if (_thru_studio_is_asking (call->studio, key) && !late)
    return G_SOURCE_CONTINUE;
  if (call->wanted == THRU_CHANGE_CONNECTED)
    return answer_connect (call, route, late) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;

  if (call->wanted == THRU_CHANGE_DISCONNECTED)
    answer_disconnect (call, route);
  else
    answer_mute (call, route);
  return G_SOURCE_REMOVE;
}

static void
answer_later (ThruStudio            *studio,
              ThruRoute             *route,
              GDBusMethodInvocation *invocation,
              ThruChange             wanted)
{
  Call *call = g_new0 (Call, 1);

  call->studio = g_object_ref (studio);
  call->route = g_object_ref (route);
  call->invocation = invocation;
  call->deadline = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;
  call->wanted = wanted;
  if (check_cb (call) == G_SOURCE_REMOVE)
    call_free (call);
  else
    g_timeout_add_full (G_PRIORITY_DEFAULT, CHECK_MS, check_cb, call, call_free);
}

static void
handle_connect (ThruService           *self,
                const char            *from_text,
                const char            *to_text,
                gboolean               anyway,
                GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;
  ThruDevice *from = thru_studio_parse_device (self->studio, from_text, TRUE, &error);
  ThruDevice *to = from != NULL ? thru_studio_parse_device (self->studio, to_text, FALSE, &error) : NULL;
  ThruRoute *route;
  gboolean ok = FALSE;

  if (to != NULL && anyway)
    ok = thru_studio_connect_route_anyway (self->studio, from, to, &error);
  else if (to != NULL)
    ok = thru_studio_connect_route (self->studio, from, to, &error);
  if (!ok)
    {
      if (g_error_matches (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_LOOP))
        g_prefix_error_literal (&error, _("Not made (“thruwall connect --anyway” makes it all the same). "));
      fail (invocation, error->message);
      return;
    }

  route = thru_studio_find_route (self->studio, from, to);
  if (route != NULL)
    answer_later (self->studio, route, invocation, THRU_CHANGE_CONNECTED);
  else
    fail (invocation, _("The route could not be made"));
}

static gboolean
is_end (const char *text,
        const char *room,
        const char *device)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", room, device);

  return g_str_equal (name, text);
}

/* A route whose ends may be unknown now: it is found by their last names. Returns: (transfer none) (nullable). */
static ThruRoute *
find_route (ThruService *self,
            const char  *from_text,
            const char  *to_text)
{
  GListModel *routes = thru_studio_get_routes (self->studio);
  ThruDevice *from = thru_studio_parse_device (self->studio, from_text, TRUE, NULL);
  ThruDevice *to = thru_studio_parse_device (self->studio, to_text, FALSE, NULL);
  guint n = g_list_model_get_n_items (routes);

  if (from != NULL && to != NULL)
    return thru_studio_find_route (self->studio, from, to);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (is_end (from_text, thru_route_get_from_room_name (route), thru_route_get_from_name (route)) &&
          is_end (to_text, thru_route_get_to_room_name (route), thru_route_get_to_name (route)))
        return route;
    }
  return NULL;
}

/* @wanted: what shall be done to the route, which must be there. */
static void
handle_change (ThruService           *self,
               const char            *from_text,
               const char            *to_text,
               ThruChange             wanted,
               GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ThruRoute) route = NULL;
  gboolean ok;

  g_set_object (&route, find_route (self, from_text, to_text));
  if (route == NULL)
    {
      g_autofree char *text = g_strdup_printf (_("There is no route from “%s” to “%s”"), from_text, to_text);

      fail (invocation, text);
      return;
    }

  if (wanted == THRU_CHANGE_DISCONNECTED)
    ok = thru_studio_disconnect_route (self->studio, route, &error);
  else
    ok = thru_studio_mute_route (self->studio, route, wanted == THRU_CHANGE_MUTED, &error);
  if (ok)
    answer_later (self->studio, route, invocation, wanted);
  else
    fail (invocation, error->message);
}

static void
handle_add_room (ThruService           *self,
                 const char            *address,
                 GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;

  thru_studio_add_room (self->studio, address, &error);
  answer (invocation, error);
}

static void
handle_remove_room (ThruService           *self,
                    const char            *text,
                    GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;
  ThruRoom *room = thru_studio_parse_room (self->studio, text, &error);

  if (room != NULL)
    thru_studio_remove_room (self->studio, room, &error);
  answer (invocation, error);
}

static void
add_device_names (GString  *text,
                  ThruRoom *room,
                  gboolean  sources)
{
  GListModel *devices = thru_room_get_devices (room);
  guint n = g_list_model_get_n_items (devices);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      if (thru_device_is_source (device) == sources)
        g_string_append_printf (text, "%s%s/%s", text->len > 0 ? "\n" : "", thru_room_get_name (room),
                                thru_device_get_name (device));
    }
}

/* For a shell's completion: a line for each. */
static void
handle_names (ThruService           *self,
              const char            *kind,
              GDBusMethodInvocation *invocation)
{
  g_autoptr(GString) text = g_string_new (NULL);
  GListModel *rooms = thru_studio_get_rooms (self->studio);
  guint n = g_list_model_get_n_items (rooms);

  if (!g_str_equal (kind, "rooms") && !g_str_equal (kind, "sources") && !g_str_equal (kind, "destinations"))
    {
      fail (invocation, _("There are names of rooms, sources and destinations"));
      return;
    }

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoom) room = g_list_model_get_item (rooms, i);

      if (g_str_equal (kind, "rooms"))
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", thru_room_get_name (room));
      else
        add_device_names (text, room, g_str_equal (kind, "sources"));
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", text->str));
}

static void
handle_cancel_sysex (ThruService           *self,
                     const char            *text,
                     GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;
  ThruDevice *device = thru_studio_parse_device (self->studio, text, FALSE, &error);
  ThruTransfer *transfer = device != NULL ? thru_studio_find_transfer (self->studio, device) : NULL;

  if (device == NULL)
    {
      fail (invocation, error->message);
    }
  else if (transfer == NULL)
    {
      fail (invocation, _("No System Exclusive message is being sent there"));
    }
  else
    {
      thru_studio_cancel_transfer (self->studio, transfer);
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
}

/* "" only asks. */
static void
handle_late_limit (ThruService           *self,
                   const char            *wanted,
                   GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *limit = NULL;
  guint ms;

  if (wanted[0] != '\0' &&
      (!thru_late_limit_parse (wanted, &ms, &error) || !thru_studio_set_late_limit (self->studio, ms, &error)))
    {
      fail (invocation, error->message);
      return;
    }

  limit = thru_late_limit_to_string (thru_studio_get_late_limit (self->studio));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", limit));
}

/* @device: NULL: it is another than @old. */
static void
handle_answer (ThruService           *self,
               const char            *old,
               const char            *device,
               GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;

  if (device != NULL)
    thru_answers_same_device (self->studio, old, device, &error);
  else
    thru_answers_other_device (self->studio, old, &error);
  answer (invocation, error);
}

/* FALSE: @method is about something else. */
static gboolean
handle_route (ThruService           *self,
              const char            *method,
              const char            *from,
              const char            *to,
              GDBusMethodInvocation *invocation)
{
  if (g_str_equal (method, "Connect"))
    handle_connect (self, from, to, FALSE, invocation);
  else if (g_str_equal (method, "ConnectAnyway"))
    handle_connect (self, from, to, TRUE, invocation);
  else if (g_str_equal (method, "Disconnect"))
    handle_change (self, from, to, THRU_CHANGE_DISCONNECTED, invocation);
  else if (g_str_equal (method, "Mute"))
    handle_change (self, from, to, THRU_CHANGE_MUTED, invocation);
  else if (g_str_equal (method, "Unmute"))
    handle_change (self, from, to, THRU_CHANGE_UNMUTED, invocation);
  else
    return FALSE;
  return TRUE;
}

/* Methods about devices. FALSE: it is none of them. */
static gboolean
handle_device_method (ThruService           *self,
                      const char            *method,
                      const char            *argument,
                      GDBusMethodInvocation *invocation)
{
  if (g_str_equal (method, "Names"))
    handle_names (self, argument, invocation);
  else if (g_str_equal (method, "CancelSysex"))
    handle_cancel_sysex (self, argument, invocation);
  else
    return FALSE;
  return TRUE;
}

static void
method_call_cb (GDBusConnection       *connection,
                const char            *sender,
                const char            *object_path,
                const char            *interface_name,
                const char            *method,
                GVariant              *parameters,
                GDBusMethodInvocation *invocation,
                gpointer               user_data)
{
  ThruService *self = user_data;
  const char *first = NULL;
  const char *second = NULL;

  if (g_variant_n_children (parameters) > 0)
    g_variant_get_child (parameters, 0, "&s", &first);
  if (g_variant_n_children (parameters) > 1)
    g_variant_get_child (parameters, 1, "&s", &second);

  if (g_str_equal (method, "Status"))
    {
      g_autofree char *json = thru_status_to_json (self->studio);

      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", json));
    }
  else if (handle_route (self, method, first, second, invocation))
    {
      return;
    }
  else if (g_str_equal (method, "SameDevice") || g_str_equal (method, "OtherDevice"))
    {
      handle_answer (self, first, second, invocation);
    }
  else if (g_str_equal (method, "AddRoom"))
    {
      handle_add_room (self, first, invocation);
    }
  else if (g_str_equal (method, "RemoveRoom"))
    {
      handle_remove_room (self, first, invocation);
    }
  else if (g_str_equal (method, "LateLimit"))
    {
      handle_late_limit (self, first, invocation);
    }
  else if (g_str_equal (method, "NewIdentity"))
    {
      thru_studio_renew_identity (self->studio);
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
  else if (g_str_equal (method, "Panic"))
    {
      thru_studio_panic (self->studio);
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
  else if (!handle_device_method (self, method, first, invocation))
    {
      fail (invocation, _("This version lets every room of the local network in: there is nobody to allow or block"));
    }
}

static void
thru_service_dispose (GObject *object)
{
  ThruService *self = THRU_SERVICE (object);

  g_clear_pointer (&self->object, thru_export_free);
  g_clear_object (&self->studio);

  G_OBJECT_CLASS (thru_service_parent_class)->dispose (object);
}

static void
thru_service_class_init (ThruServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thru_service_dispose;
}

static void
thru_service_init (ThruService *self)
{
}

ThruService *
thru_service_new (ThruStudio      *studio,
                  GDBusConnection *connection,
                  GError         **error)
{
  g_autoptr(ThruService) self = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && G_IS_DBUS_CONNECTION (connection), NULL);

  self = g_object_new (THRU_TYPE_SERVICE, NULL);
  self->studio = g_object_ref (studio);
  self->object = thru_export_new (connection, THRU_APP_PATH "/Studio", introspection, method_call_cb, self, error);
  return self->object != NULL ? g_steal_pointer (&self) : NULL;
}
