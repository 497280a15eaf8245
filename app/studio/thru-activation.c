/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-activation.h"

#include "thru-export.h"

#define INTERFACE "org.freedesktop.Application"
#define ASK_TIMEOUT_MS 10000
#define SYSTEMD_TIMEOUT_MS 1000

/* In the platform data, beside those of the specification. */
#define ENVIRONMENT_KEY "environment"

static const char introspection[] =
  "<node>"
  " <interface name='" INTERFACE "'>"
  "  <method name='Activate'><arg type='a{sv}' name='platform-data' direction='in'/></method>"
  "  <method name='Open'>"
  "   <arg type='as' name='uris' direction='in'/><arg type='a{sv}' name='platform-data' direction='in'/>"
  "  </method>"
  "  <method name='ActivateAction'>"
  "   <arg type='s' name='action-name' direction='in'/><arg type='av' name='parameter' direction='in'/>"
  "   <arg type='a{sv}' name='platform-data' direction='in'/>"
  "  </method>"
  " </interface>"
  "</node>";

static const char *const variables[] = { "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY" };

struct _ThruActivation
{
  GObject          parent_instance;

  ThruStudio      *studio;
  GDBusConnection *connection;
  ThruExport      *object;
  ThruShowFunc     show_cb;
};

G_DEFINE_FINAL_TYPE (ThruActivation, thru_activation, G_TYPE_OBJECT)

static const char *
find_variable (char **environment,
               const char *name)
{
  const char *value = environment != NULL ? g_environ_getenv (environment, name) : NULL;

  return value != NULL ? value : "";
}

/* A launcher does not say where it is. A service of systemd does not know either, as it began before anybody logged in; systemd
 * itself was told by the desktop. NULL when it knows of no display. */
static char **
ask_systemd (GDBusConnection *connection)
{
  g_autoptr(GVariant) reply = NULL;
  g_autoptr(GVariant) value = NULL;

  reply = g_dbus_connection_call_sync (connection, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                                       "org.freedesktop.DBus.Properties", "Get",
                                       g_variant_new ("(ss)", "org.freedesktop.systemd1.Manager", "Environment"),
                                       G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, SYSTEMD_TIMEOUT_MS, NULL, NULL);
  if (reply == NULL)
    return NULL;

  g_variant_get (reply, "(v)", &value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY) ? g_variant_dup_strv (value, NULL) : NULL;
}

static gboolean
has_display (char **environment)
{
  return find_variable (environment, "DISPLAY")[0] != '\0' || find_variable (environment, "WAYLAND_DISPLAY")[0] != '\0';
}

/* The window brings its own GApplication, which wants the place. */
static gboolean
show_window (ThruActivation            *self,
             const ThruActivationPlace *place,
             GError                   **error)
{
  thru_export_pause (self->object);
  if (self->show_cb (self->studio, place, error))
    return TRUE;

  thru_export_resume (self->object, NULL);
  return FALSE;
}

static void
activate (ThruActivation        *self,
          GVariant              *platform_data,
          GDBusMethodInvocation *invocation)
{
  g_auto(GStrv) environment = NULL;
  g_autoptr(GError) error = NULL;
  ThruActivationPlace place = { .token = "" };

  g_variant_lookup (platform_data, ENVIRONMENT_KEY, "^as", &environment);
  if (!has_display (environment))
    {
      g_clear_pointer (&environment, g_strfreev);
      environment = ask_systemd (self->connection);
    }

  place.display = find_variable (environment, "DISPLAY");
  place.wayland_display = find_variable (environment, "WAYLAND_DISPLAY");
  place.xauthority = find_variable (environment, "XAUTHORITY");
  if (!g_variant_lookup (platform_data, "activation-token", "&s", &place.token))
    g_variant_lookup (platform_data, "desktop-startup-id", "&s", &place.token);

  if (show_window (self, &place, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_dbus_error (invocation, THRU_APP_ID ".Error", error->message);
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
  ThruActivation *self = user_data;
  g_autoptr(GVariant) platform_data = g_variant_get_child_value (parameters, g_variant_n_children (parameters) - 1);
  const char *action = NULL;

  if (g_str_equal (method, "ActivateAction"))
    {
      g_variant_get_child (parameters, 0, "&s", &action);
      if (g_str_equal (action, "panic"))
        thru_studio_panic (self->studio);
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }
  activate (self, platform_data, invocation);
}

static void
thru_activation_dispose (GObject *object)
{
  ThruActivation *self = THRU_ACTIVATION (object);

  g_clear_pointer (&self->object, thru_export_free);
  g_clear_object (&self->connection);
  g_clear_object (&self->studio);

  G_OBJECT_CLASS (thru_activation_parent_class)->dispose (object);
}

static void
thru_activation_class_init (ThruActivationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thru_activation_dispose;
}

static void
thru_activation_init (ThruActivation *self)
{
}

ThruActivation *
thru_activation_new (ThruStudio      *studio,
                     GDBusConnection *connection,
                     ThruShowFunc     show,
                     GError         **error)
{
  g_autoptr(ThruActivation) self = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && G_IS_DBUS_CONNECTION (connection), NULL);
  g_return_val_if_fail (show != NULL, NULL);

  self = g_object_new (THRU_TYPE_ACTIVATION, NULL);
  self->studio = g_object_ref (studio);
  self->connection = g_object_ref (connection);
  self->show_cb = show;
  self->object = thru_export_new (connection, THRU_APP_PATH, introspection, method_call_cb, self, error);
  return self->object != NULL ? g_steal_pointer (&self) : NULL;
}

/* Of the environment only what a window needs: the rest is nobody's business. */
static GVariant *
make_platform_data (void)
{
  const char *token = g_getenv ("XDG_ACTIVATION_TOKEN");
  const char *startup_id = g_getenv ("DESKTOP_STARTUP_ID");
  GVariantBuilder data;
  GVariantBuilder environment;

  g_variant_builder_init (&environment, G_VARIANT_TYPE_STRING_ARRAY);
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *line = g_strdup_printf ("%s=%s", variables[i], g_getenv (variables[i]));

      if (g_getenv (variables[i]) != NULL && g_utf8_validate (line, -1, NULL))
        g_variant_builder_add (&environment, "s", line);
    }

  g_variant_builder_init (&data, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&data, "{sv}", ENVIRONMENT_KEY, g_variant_builder_end (&environment));
  if (token != NULL && g_utf8_validate (token, -1, NULL))
    g_variant_builder_add (&data, "{sv}", "activation-token", g_variant_new_string (token));
  if (startup_id != NULL && g_utf8_validate (startup_id, -1, NULL))
    g_variant_builder_add (&data, "{sv}", "desktop-startup-id", g_variant_new_string (startup_id));
  return g_variant_builder_end (&data);
}

ThruActivationResult
thru_activation_ask (GError **error)
{
  g_autoptr(GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr(GVariant) reply = NULL;
  g_autoptr(GError) failure = NULL;

  if (connection == NULL)
    return THRU_ACTIVATION_NOBODY;

  reply = g_dbus_connection_call_sync (connection, THRU_APP_ID, THRU_APP_PATH, INTERFACE, "Activate",
                                       g_variant_new ("(@a{sv})", make_platform_data ()), NULL,
                                       G_DBUS_CALL_FLAGS_NO_AUTO_START, ASK_TIMEOUT_MS, NULL, &failure);
  if (reply != NULL)
    return THRU_ACTIVATION_SHOWN;
  if (g_error_matches (failure, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (failure, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    return THRU_ACTIVATION_NOBODY;

  g_dbus_error_strip_remote_error (failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return THRU_ACTIVATION_FAILED;
}
