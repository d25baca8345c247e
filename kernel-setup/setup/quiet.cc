// quiet.node: a second small add-on, loaded just before tfjs-node's own (lib/tf.ts).
//
// While libtensorflow_framework is loaded, its static initialisers log before TensorFlow has handed TF_CPP_MIN_LOG_LEVEL to
// Abseil, so that two lines reach standard error whatever that variable says. Where it asks for less than information
// (1 or more), this add-on loads the library first, with standard error turned away for just that moment.
#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

extern "C" napi_value napi_register_module_v1(napi_env, napi_value exports) {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level == nullptr || std::atoi(level) < 1) return exports;
  std::fflush(stderr);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  const int standard_error = dup(STDERR_FILENO);
  if (nowhere >= 0 && standard_error >= 0) dup2(nowhere, STDERR_FILENO);
  dlopen(TENSORFLOW_FRAMEWORK, RTLD_NOW);  // what cannot be loaded is reported by the add-on that needs it
  std::fflush(stderr);
  if (standard_error >= 0) dup2(standard_error, STDERR_FILENO);
  if (standard_error >= 0) close(standard_error);
  if (nowhere >= 0) close(nowhere);
  return exports;
}
