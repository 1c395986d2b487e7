// What the validation layer has to say: printed and counted.
#pragma once

#include <QVulkanInstance>

class Messages {
  public:
    // Before the instance is made: the layer, with its checks of synchronisation.
    static void ask_for(QVulkanInstance& instance);
    // After. False when it cannot tell anything.
    bool listen(QVulkanInstance& instance);
    // Before the instance is destroyed. How many there were.
    int close();

  private:
    QVulkanInstance* instance_ = nullptr;
    VkDebugUtilsMessengerEXT messenger_ = VK_NULL_HANDLE;
    int count_ = 0;
};
