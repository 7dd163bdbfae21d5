# The plugin behind an address, for a daemon of PLATFORM=serverless. First: npm run serverless
FROM node:24-slim
WORKDIR /plugin
COPY dist/serverless/ ./
ENV INSTALL_METHOD=serverless
EXPOSE 8080
USER node
CMD ["node", "plugin.cjs"]
